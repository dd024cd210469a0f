using System.CommandLine;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>restore</c>: the settings of an earlier moment.</summary>
internal static class RestoreVerb
{
    internal static Command Create()
    {
        var when = new Argument<string>("when") { Description = Moment.Description };
        var only = new Option<string?>("--only") { Description = "Only this qube.", HelpName = "QUBE" };
        var verb = new Command(
            "restore",
            "Bring the settings of an earlier moment back: shows which calls that takes and what cannot come back, and asks. Nothing is taken out of the log." +
            "\n\nExamples:\n  qubes-history restore before-upgrade --dry-run\n  qubes-history restore 42 --only work\n  qubes-history restore 2026-01-31T12:00:00Z --yes")
        {
            when, only,
        };
        var undertaking = new Undertaking();
        undertaking.AddTo(verb);
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var position = await Moment.FindAsync(log, parsed.GetValue(when), ct).ConfigureAwait(false);
            var qube = parsed.GetValue(only);
            var now = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
            var then = await WorldReplay.AtAsync(log.Reader, log.Snapshots, position, ct).ConfigureAwait(false);
            var plan = PlanView.Make((caller, context) => Restoration.Plan(now, then, qube, caller, context));
            return await undertaking.RunAsync(parsed, plan, $"{qube ?? "the system"} back to position {position}:", digest => source.Daemon(parsed).CallAsync(
                "qubes.cqrs.Restore", position.ToString(), Encoding.ASCII.GetBytes($"digest={digest}{(qube is null ? "" : "\nqube=" + qube)}"), ct)).ConfigureAwait(false);
        });
    }
}
