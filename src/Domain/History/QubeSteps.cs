using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Creates a qube, with empty volumes.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Label">Its label by name; null for a disposable whose template has none.</param>
/// <param name="Template">Its template by name; null takes the default, where it needs one.</param>
/// <param name="Pools">The pools of its volumes; those that are not named go to the default ones.</param>
public sealed record CreationStep(QubeClass Class, string? Label, string? Template, EquatableArray<NamedText> Pools) : Step
{
    /// <inheritdoc/>
    public override string Key => $"qube +{Subject}";

    /// <inheritdoc/>
    public override string Call => $"admin.vm.Create{(Pools.Count > 0 ? "InPool" : "")}.{Class}";

    /// <inheritdoc/>
    public override string Text => $"created, {Class}{(Template is null ? "" : $", template {Template}")}{(Label is null ? "" : $", label {Label}")}";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        QubeNames.Check(Subject!); // of a qube
        int? label = Label is null ? null : Labels.Resolve(draft.World, Label).Index;
        QubeCreation.Create(
            draft, new NewQube(Class, Subject!, label, Template, null, Pools, context.IdOf(Subject!), context.FirstDispIdOf(Subject!)));
    }
}

/// <summary>Removes a qube, with its volumes.</summary>
public sealed record RemovalStep : Step
{
    /// <inheritdoc/>
    public override string Key => $"qube -{Subject}";

    /// <inheritdoc/>
    public override string Call => "admin.vm.Remove";

    /// <inheritdoc/>
    public override string Text => "removed, with the data of its volumes";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context) => QubeRemoval.Remove(draft, Holder(draft.World).Id);
}

/// <summary>Assigns a device, changes how it is assigned, or takes the assignment back.</summary>
/// <param name="Address">The device.</param>
/// <param name="Assignment">The assignment; null takes it back.</param>
public sealed record DeviceStep(DeviceAddress Address, DeviceAssignment? Assignment) : Step
{
    /// <inheritdoc/>
    public override string Key => $"device {Subject} {Address.Class} {Address}";

    /// <inheritdoc/>
    public override string Call => $"admin.vm.device.{Address.Class}.{(Assignment is null ? "Unassign" : "Assign")}";

    /// <inheritdoc/>
    public override string Text => Assignment is null ? $"{Address.Class} device {Address} unassigned" : $"{Address.Class} device {Address} assigned, {Assignment.Mode}";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var qube = Holder(draft.World);
        var current = qube.Devices.FirstOrDefault(device => device.Address == Address);
        if (Assignment is null)
        {
            Devices.Unassign(draft, qube.Id, Address);
        }
        else if (current is not null && current with { Mode = Assignment.Mode } == Assignment)
        {
            Devices.SetMode(draft, qube.Id, Address, Assignment.Mode);
        }
        else
        {
            if (Address.Backend != DeviceAddress.Any && draft.World.Find(Address.Backend) is null)
            {
                throw new QubeNotFoundException(Address.Backend);
            }

            if (current is not null)
            {
                Devices.Unassign(draft, qube.Id, Address);
            }

            Devices.Assign(draft, qube.Id, Assignment);
        }
    }
}

/// <summary>A setting of a volume.</summary>
public enum VolumeOption
{
    /// <summary>How many revisions are kept.</summary>
    Revisions,

    /// <summary>Whether the qube may write to it.</summary>
    Rw,

    /// <summary>Whether it is encrypted with a throw-away key.</summary>
    Ephemeral,

    /// <summary>Its size in bytes.</summary>
    Size,
}

/// <summary>Changes a setting of a volume.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Option">The setting.</param>
/// <param name="Value">The value as a client writes it.</param>
/// <param name="Old">The value before.</param>
public sealed record VolumeStep(string Volume, VolumeOption Option, string Value, string Old) : Step
{
    /// <inheritdoc/>
    public override string Key => $"volume {Subject} {Volume} {Option}";

    /// <inheritdoc/>
    public override string Call => Option switch
    {
        VolumeOption.Revisions => "admin.vm.volume.Set.revisions_to_keep",
        VolumeOption.Rw => "admin.vm.volume.Set.rw",
        VolumeOption.Ephemeral => "admin.vm.volume.Set.ephemeral",
        _ => "admin.vm.volume.Resize",
    };

    /// <inheritdoc/>
    public override string Text => $"volume {Volume}: {Option.ToString().ToLowerInvariant()} = {Value} (now {Old})";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var (address, value) = (VolumeAddress.OfQube(Holder(draft.World).Id, Volume), Encoding.ASCII.GetBytes(Value));
        switch (Option)
        {
            case VolumeOption.Revisions:
                VolumeSettings.SetRevisions(draft, address, value);
                break;
            case VolumeOption.Rw:
                VolumeSettings.SetRw(draft, address, value);
                break;
            case VolumeOption.Ephemeral:
                VolumeSettings.SetEphemeral(draft, address, value);
                break;
            default:
                Resize(draft, address, value);
                break;
        }
    }

    // The size counts at once, so that the rest of the plan can be held against it; the data follows.
    private void Resize(Draft draft, VolumeAddress address, byte[] value)
    {
        var change = $"{Key} = {Value}";
        VolumeContents.Resize(draft, address, value, change);
        if (VolumeLookup.Find(draft.World, address) is { Qube: { } qube } volume && qube.StateOf(Volume).Find(change)?.SizeBytes is { } size)
        {
            draft.Record(new VolumeConfigured(qube.Id, volume.Volume with { SizeBytes = size }));
        }
    }

    /// <summary>A number as the steps hold it.</summary>
    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What no rule brings about: it stands in a plan to be told.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Reason">Why it cannot be.</param>
public sealed record ImpossibleStep(string Setting, string Reason) : Step
{
    /// <inheritdoc/>
    public override string Key => $"impossible {Subject} {Setting}";

    /// <inheritdoc/>
    public override string Call => "";

    /// <inheritdoc/>
    public override string Text => Setting;

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context) => throw new RefusedException(Reason);
}
