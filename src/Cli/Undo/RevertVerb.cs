using System.CommandLine;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>revert</c>: single events are taken back.</summary>
internal static class RevertVerb
{
    internal static Command Create()
    {
        var positions = new Argument<long[]>("position") { Description = "Where the events stand in the log.", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force") { Description = "Also where a setting was changed again since: the later change is undone as well." };
        var verb = new Command(
            "revert",
            "Take single events back by changes that do the opposite: shows which, and asks. Nothing is taken out of the log." +
            "\n\nExamples:\n  qubes-history revert 42\n  qubes-history revert 42 43 --yes\n  qubes-history revert 42 --force --dry-run")
        {
            positions, force,
        };
        var undertaking = new Undertaking();
        undertaking.AddTo(verb);
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var wanted = parsed.GetValue(positions)!.Distinct().Order().ToList(); // required
            var events = await FindAsync(log, wanted, ct).ConfigureAwait(false);
            var now = await WorldReplay.AtAsync(log.Reader, log.Snapshots, null, ct).ConfigureAwait(false);
            var plan = PlanView.Make((caller, context) => Reversion.Plan(now, events, caller, context));
            var isForced = parsed.GetValue(force);
            var names = string.Join(' ', wanted.Select(position => position.ToString(CultureInfo.InvariantCulture)));
            return await undertaking.RunAsync(parsed, plan, $"take back {names}:", digest =>
            {
                var refusal = plan.Conflicts.Count > 0 && !isForced ? "nothing was done: it would undo later changes as well; say --force if that is meant" : null;
                return refusal is null
                    ? source.Daemon(parsed).CallAsync(
                        "qubes.cqrs.Revert", "", Encoding.ASCII.GetBytes($"positions={names}\ndigest={digest}{(isForced ? "\nforce=yes" : "")}"), ct)
                    : throw new HistoryException(refusal);
            }).ConfigureAwait(false);
        });
    }

    private static async Task<List<RevertedEvent>> FindAsync(EventLogHost log, List<long> positions, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        var events = new List<RevertedEvent>(positions.Count);
        foreach (var position in positions)
        {
            if (position < 1 || position > head.Value)
            {
                throw new HistoryException($"there is no position {position.ToString(CultureInfo.InvariantCulture)}: the log goes from 1 to {head}");
            }

            var before = await WorldReplay.AtAsync(log.Reader, log.Snapshots, new LogPosition(position - 1), ct).ConfigureAwait(false);
            var recorded = await log.Reader.ReadAsync(new LogPosition(position - 1), new LogPosition(position), ct).SingleAsync(ct).ConfigureAwait(false);
            events.Add(new RevertedEvent(recorded.Position, before, Evolve.Apply(before, recorded.Event, recorded.Position)));
        }

        return events;
    }
}
