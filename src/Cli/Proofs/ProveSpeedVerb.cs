using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary><c>prove-speed</c>: how fast proofs are made and how large they are; for the benchmarks, so not shown in the help.</summary>
internal static class ProveSpeedVerb
{
    private const int WarmUp = 20;

    internal static Command Create()
    {
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 300 };
        var verb = new Command("prove-speed", "Prove random events and tell how long each took, as JSON.") { count };
        verb.Hidden = true;
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var covered = await log.Prover.FindNewestAsync(ct).ConfigureAwait(false) ?? throw new HistoryException("the log has no checkpoint yet");
            var random = new Random(1); // the same positions each time
            var (times, path, whole, hashOnly) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = -Math.Min(WarmUp, parsed.GetValue(count)); round < parsed.GetValue(count); round++)
            {
                var position = new LogPosition(random.NextInt64(1, covered.Checkpoint.Size + 1));
                var started = Stopwatch.GetTimestamp();
                var text = (await log.Prover.ProveAsync(position, false, covered, ct).ConfigureAwait(false)).ShortText;
                var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (round >= 0)
                {
                    times.Add(took);
                    whole.Add(Encoding.UTF8.GetByteCount(text));
                    path.Add(text.Length - text.LastIndexOf('\n', text.Length - 2) - 1);
                    hashOnly.Add(Encoding.UTF8.GetByteCount((await log.Prover.ProveAsync(position, true, covered, ct).ConfigureAwait(false)).ShortText));
                }
            }

            JsonOutput.Write(json =>
            {
                json.WriteNumber("events", covered.Checkpoint.Size);
                Write(json, "milliseconds", times);
                Write(json, "pathBytes", path);
                Write(json, "bytes", whole);
                Write(json, "hashOnlyBytes", hashOnly);
            });
            return 0;
        });
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, string name, List<double> values)
    {
        json.WriteStartArray(name);
        values.ForEach(value => json.WriteNumberValue(Math.Round(value, 3)));
        json.WriteEndArray();
    }
}
