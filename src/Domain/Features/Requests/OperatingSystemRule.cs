namespace Qubes.Cqrs.Domain;

/// <summary>The operating system; Windows with a working agent also gets the settings that it needs.</summary>
public sealed class OperatingSystemRule : RequestRule
{
    private const string QrexecTimeoutSeconds = "6000";

    private static readonly (string Feature, string Value)[] UnlessSet =
        [("stubdom-qrexec", "1"), ("audio-model", "ich6"), ("timezone", "localtime"), ("no-monitor-layout", "1")];

    /// <inheritdoc/>
    public override bool IsEarly => true;

    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        if (requested.Find("os") is not { } system || system is not ("Windows" or "Linux"))
        {
            return;
        }

        Features.Set(draft, qube.Id, "os", system);
        if (system == "Windows" && requested.Find("qrexec") == "1" && !qube.IsDom0)
        {
            SetUpWindows(draft, qube.Id);
        }
    }

    private static void SetUpWindows(Draft draft, QubeId id)
    {
        Features.Set(draft, id, "rpc-clipboard", "1");
        Properties.Set(draft, id, "maxmem", "0");
        Properties.Set(draft, id, "qrexec_timeout", QrexecTimeoutSeconds);
        foreach (var (feature, value) in UnlessSet.Where(setting => !draft.World.Qube(id).Features.ContainsKey(setting.Feature)))
        {
            Features.Set(draft, id, feature, value);
        }
    }
}
