using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Domain;

/// <summary>All rules for what qubes ask for, in the order in which they act.</summary>
/// <remarks>Source: spec, extensions.md 2, one rule for each row; the recordings pin the order of announcements.</remarks>
public static partial class RequestRules
{
    /// <summary>Every rule.</summary>
    public static readonly ImmutableArray<RequestRule> All =
    [
        new OperatingSystemRule(),
        new SupportedSet("supported-feature."),
        new SupportedSet("supported-rpc.", isForTemplateBased: true),
        new SupportedSet("supported-service."),
        new AcceptedText("os-distribution", value => value.Length > 0),
        new AcceptedText("os-distribution-like", value => value.Length > 0),
        new AcceptedText("os-version", value => Version().IsMatch(value)),
        new AcceptedText("os-eol", value => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
        new FirstSwitch("qrexec"),
        new FirstSwitch("gui"),
        new FirstSwitch("gui-emulated"),
        new LastSwitch("qubes-firewall"),
        new LastSwitch("vmexec"),
        new AcceptedText("qubes-agent-version", value => AgentVersion().IsMatch(value)),
        new BootModeSet(),
        new BootModeChoice("boot-mode.active"),
        new BootModeChoice("boot-mode.appvm-default", "appvm_default_bootmode"),
        new BootModeChoice("boot-mode.standalone-default"),
        new AcceptedText("anon-timezone", value => value == "1"),
    ];

    /// <summary>Does what a qube of this host asks for, and announces it.</summary>
    /// <exception cref="DomainException">A reaction refuses one of the changes; then nothing is changed.</exception>
    public static void Apply(Draft draft, QubeId id, RequestedFeatures requested)
    {
        var before = draft.World.Qube(id);
        Apply(draft, id, requested, isEarly: true);
        draft.Announce(before, "features-request", new AnnouncementArgument("untrusted_features", requested.ToString()));
        Apply(draft, id, requested, isEarly: false);
        if (!HasQrexec(before) && HasQrexec(draft.World.Qube(id)))
        {
            draft.Announce(before, "template-postinstall");
        }
    }

    private static void Apply(Draft draft, QubeId id, RequestedFeatures requested, bool isEarly)
    {
        foreach (var rule in All)
        {
            var qube = draft.World.Qube(id);
            if (rule.IsEarly == isEarly && (rule.IsForTemplateBased || qube.Class is not (QubeClass.AppVM or QubeClass.DispVM)))
            {
                rule.Apply(draft, qube, requested);
            }
        }
    }

    private static bool HasQrexec(Qube qube) => !string.IsNullOrEmpty(qube.Features.Find("qrexec"));

    [GeneratedRegex(@"\A[0-9][0-9.-]*\z")]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[0-9]{1,3}\.[0-9]{1,3}\z")]
    private static partial Regex AgentVersion();
}
