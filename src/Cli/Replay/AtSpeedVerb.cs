using System.CommandLine;
using System.Diagnostics;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>at-speed</c>: how fast the state at a position is found; for the benchmarks, so not shown in the help.</summary>
internal static class AtSpeedVerb
{
    private const int WarmUp = 20;

    internal static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 300 };
        var verb = new Command("at-speed", "Find the state at random positions and tell how long each took, as JSON.") { count };
        verb.Hidden = true;
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
            var random = new Random(1); // the same positions each time
            var (all, fold) = (new List<double>(), new List<double>());
            for (var round = -Math.Min(WarmUp, parsed.GetValue(count)); round < parsed.GetValue(count); round++)
            {
                var position = new LogPosition(random.NextInt64(1, head.Value + 1));
                var started = Stopwatch.GetTimestamp();
                var snapshot = await log.Snapshots.FindAsync(position, ct).ConfigureAwait(false) ?? World.Empty;
                var found = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                await WorldReplay.ContinueAsync(log.Reader, snapshot, position, ct).ConfigureAwait(false);
                if (round >= 0)
                {
                    all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                    fold.Add(found);
                }
            }

            var stock = await log.Snapshots.LookAsync(head, ct).ConfigureAwait(false);
            JsonOutput.Write(json =>
            {
                json.WriteNumber("events", head.Value);
                json.WriteNumber("snapshots", stock.Usable.Count);
                json.WriteNumber("missing", stock.Missing.Count);
                json.WriteNumber("snapshotBytes", stock.Bytes);
                json.WriteNumber("spacing", log.Snapshots.Spacing);
                Write(json, "milliseconds", all);
                Write(json, "snapshotMilliseconds", fold);
            });
            return 0;
        });
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string name, List<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(Math.Round(value, 3));
        }

        json.WriteEndArray();
    }
}
