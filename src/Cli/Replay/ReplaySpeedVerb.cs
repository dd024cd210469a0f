using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>replay-speed</c>: how fast the log folds; for the benchmarks, so not shown in the help.</summary>
internal static class ReplaySpeedVerb
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json");
        var verb = new Command("replay-speed", "Fold the whole log and tell how long that took.") { json };
        verb.Hidden = true;
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var started = Stopwatch.GetTimestamp();
            var world = await WorldReplay.AtAsync(log.Reader, null, null, ct).ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(parsed.GetValue(json)
                ? string.Create(CultureInfo.InvariantCulture, $"{{\"events\":{world.Position},\"seconds\":{seconds:F6}}}")
                : string.Create(CultureInfo.InvariantCulture, $"{world.Position} events in {seconds:F3} s"));
            return 0;
        });
    }
}
