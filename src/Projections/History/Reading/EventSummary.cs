using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What an event says, in a few words.</summary>
public static class EventSummary
{
    private const int MostShown = 4;

    /// <summary>The words; <paramref name="nameOf"/> finds the name of a qube.</summary>
    public static string Of(DomainEvent change, Func<QubeId, string> nameOf) => change switch
    {
        PropertySet e => $"{e.Property} = {Show(e.Value, nameOf)}{Was(e.Old, nameOf)}",
        PropertyReset e => $"{e.Property} back to its default{Was(e.Old, nameOf)}",
        FeatureSet e => $"{e.Feature} = {Quote(e.Value)}{(e.Old is null ? "" : $" (was {Quote(e.Old)})")}",
        FeatureRemoved e => e.Feature,
        TagAdded e => e.Tag,
        TagRemoved e => e.Tag,
        LabelAdded e => $"{e.Name} {e.Color}",
        LabelRemoved e => $"label {Number(e.Index)}",
        NotesSet e => e.Text.Length == 0 ? "no notes" : $"{Number(e.Text.Length)} characters",
        FirewallSet e => e.Rules is { } rules ? Firewall(rules) : "nothing set",
        FirewallExpired e => "rules up to " + Seconds(e.TimeUnixSeconds),
        QubeAdded e => $"{e.Class} {e.Name}",
        QubeRemoved e => nameOf(e.Qube),
        PoolAdded e => $"{e.Name} ({e.Driver})",
        PoolConfigured e => Texts(e.Config),
        PoolRemoved e => e.Name,
        VolumeConfigured e => Volume(e.Volume),
        VolumesCreated => "its volumes are there",
        VolumesRemoved => "its volumes are gone",
        VolumesLeft e => $"{Number(e.Volumes.Count)} volumes of {e.Name} are to be removed",
        VolumeChangeRequested e => $"{e.Volume}: {Change(e.Change)}",
        VolumeChangeAdvanced e => $"{e.Volume}: {(e.Phase == VolumeChangePhase.Ready ? "the new data is complete" : "data can be written")}",
        VolumeChanged e => $"{e.Volume}: done",
        VolumeChangeFailed e => $"{e.Volume}: {Reason(e.Reason)}",
        VolumeObserved e => $"{e.Volume}: {(e.Is.Revisions.Count == 0 ? "no revisions" : "revisions " + List(e.Is.Revisions.Select(revision => revision.Name)))}",
        HostObserved e => $"{Number(e.Facts.MemoryMiB)} MiB, {Number(e.Facts.Kernels.Count)} kernels, {Number(e.Facts.PciDevices.Count + e.Facts.BlockDevices.Count)} devices",
        MarkSet e => $"{e.Name} = position {Number(e.Position)}",
        MarkRemoved e => e.Name,
        PolicyFileSet e => $"{e.Path}: {Lines(e.Text)}",
        PolicyFileRemoved e => e.Path,
        PolicyFileObserved e => Found(e),
        DeviceAssigned e => Device(e.Assignment),
        DeviceUnassigned e => Device(e.Class, e.Backend, e.Port),
        RunObserved e => Observed(e),
        RunEvent e => OfRun(e, nameOf),
        _ => "",
    };

    private static string OfRun(RunEvent change, Func<QubeId, string> nameOf) => change switch
    {
        StartRequested => "its start was asked for",
        QubeSpawning => "prepared; the hypervisor is asked for a domain",
        QubeSpawned e => $"domain {Number(e.Xid)}, paused{(e.StubdomXid < 0 ? "" : $", with domain {Number(e.StubdomXid)} for its devices")}",
        QubeStarted => "up",
        StartFailed e => Reason(e.Reason) + (e.IsLeftOver ? " (a domain may be left)" : ""),
        ActivityObserved e => "now " + FirewallRuleText.Word(e.Activity),
        StopRequested e => "asked for: " + FirewallRuleText.Word(e.Wish),
        StopSettled => "the request was passed on",
        ShutdownFailed e => Reason(e.Reason),
        QubeStopped => "the domain has gone",
        QubeShutDown => "everything about its end is done",
        NetworkConnected e => e.NetVm is { } id ? "to " + nameOf(id) : "to nothing",
        DeviceAttached e => Device(e.Assignment),
        DeviceDetached e => Device(e.Class, e.Backend, e.Port),
        DevicesObserved e => Offered(e.Devices),
        DeviceAttachRequested e => Device(e.Assignment),
        DeviceDetachRequested e => Device(e.Class, e.Backend, e.Port),
        DeviceWishDropped e => $"{Device(e.Class, e.Backend, e.Port)}: {Reason(e.Reason)}",
        _ => "",
    };

    /// <summary>A property's value as people write it.</summary>
    public static string Show(PropertyValue value, Func<QubeId, string> nameOf) =>
        value.IsNone ? "none"
        : value.AsQube() is { } id ? nameOf(id)
        : value.AsLabel() is { } label ? Label.BuiltIn.FirstOrDefault(known => known.Index == label)?.Name ?? "label " + Number(label)
        : Quote(value.Text ?? "");

    private static string Was(PropertyValue? old, Func<QubeId, string> nameOf) => old is null ? "" : $" (was {Show(old, nameOf)})";

    private static string Quote(string text) => text.Length == 0 ? "''" : text;

    private static string Reason(string reason) => reason.Length == 0 ? "no reason given" : reason;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long seconds) => seconds is >= -62_135_596_800 and <= 253_402_300_799
        ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u", CultureInfo.InvariantCulture)
        : Number(seconds) + " s";

    private static string Firewall(EquatableArray<FirewallRule> rules) =>
        $"{Number(rules.Count)} rules: {List(rules.Select(FirewallRuleText.ToQubesDb))}";

    private static string Texts(EquatableArray<NamedText> texts) => texts.Count == 0 ? "nothing set" : string.Join(", ", texts.Select(text => $"{text.Name}={text.Value}"));

    private static string Volume(VolumeConfig volume) =>
        $"{volume.Name} in {volume.Pool}, {Number(volume.SizeBytes / (1024 * 1024))} MiB, {Number(volume.RevisionsToKeep)} revisions{(volume.Rw ? "" : ", read-only")}";

    private static string Change(VolumeChange change) => change.Kind switch
    {
        VolumeChangeKind.Clone => $"to become a copy of {change.SourceVid} in {change.SourcePool}",
        VolumeChangeKind.Revert => $"back to revision {change.Revision}",
        VolumeChangeKind.Resize => $"to have {Number(change.SizeBytes ?? 0)} bytes",
        VolumeChangeKind.Import => $"{Number(change.SizeBytes ?? 0)} bytes are to be written",
        VolumeChangeKind.Clear => "to be emptied",
        _ => "to be kept as a revision",
    };

    private static string Device(DeviceAssignment assignment) =>
        $"{Device(assignment.Class, assignment.Backend, assignment.Port)} {assignment.Mode}{(assignment.Options.Count == 0 ? "" : $" ({Texts(assignment.Options)})")}";

    private static string Device(string deviceClass, string backend, string port) => $"{deviceClass} {backend}:{port}";

    private static string Offered(EquatableArray<BlockDevice> devices) => devices.Count == 0 ? "offers none" : "offers " + List(devices.Select(device => device.Port));

    private static string List(IEnumerable<string> items)
    {
        var all = items.ToList();
        return string.Join("; ", all.Take(MostShown)) + (all.Count > MostShown ? $"; and {Number(all.Count - MostShown)} more" : "");
    }

    private static string Found(PolicyFileObserved found)
    {
        var what = found switch
        {
            { Kind: PolicyFileKind.Missing } => "gone",
            { Kind: PolicyFileKind.Folder } => "a folder",
            { Kind: PolicyFileKind.Other } => "neither a file nor a folder",
            { Fault: { } fault } => "no text: " + fault,
            _ => Lines(found.Text),
        };
        return $"{found.Path}: {what}{(found.RealPath is { } real ? ", a link to " + real : "")}{(found.Problem is { } problem ? "; the policy cannot be used: " + problem : "")}";
    }

    private static string Lines(string text)
    {
        var lines = text.Length == 0 ? 0 : text.Count(character => character == '\n') + (text.EndsWith('\n') ? 0 : 1);
        return lines == 1 ? "1 line" : Number(lines) + " lines";
    }

    private static string Observed(RunObserved observed)
    {
        var found = observed.Is is { } run ? $"runs as domain {Number(run.Xid)}" : "does not run";
        return observed.Reason.Length == 0 ? found : $"{found}: {observed.Reason}";
    }
}
