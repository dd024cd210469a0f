using System.Diagnostics;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Sends made-up requests for a while and checks what every answer must have in common.</summary>
/// <remarks>
/// The seed decides all requests: QUBES_FUZZ_SEED repeats a run (the interleaving of its connections is not repeated).
/// What is checked: the daemon lives, each answer is well-formed and comes in time, and another client is not affected.
/// </remarks>
internal sealed class FuzzRun(DaemonProcess daemon, Func<Random, byte[]> makeRequest, string socket = "main")
{
    private const int Connections = 4;
    private const int Remembered = 20;

    private static readonly SendOptions Options = new() { HangUpOnEvent = true, Timeout = TimeSpan.FromSeconds(90) }; // waiting for a shutdown takes a minute

    public async Task RunAsync(ITestOutputHelper? output, CancellationToken ct)
    {
        var seed = Knobs.FuzzSeed ?? Environment.TickCount;
        var watch = await DescriptorWatch.StartAsync(daemon, ct);
        await using var probe = new Probe(daemon.Client);
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(number => FuzzAsync(seed, number, ct)));
        output?.WriteLine($"seed {seed}: {counts.Sum()} requests, {probe.Answers} calls of another client, slowest {probe.Slowest.TotalMilliseconds:0} ms");
        await probe.AssertUnaffectedAsync(daemon);
        await watch.AssertSettlesAsync(ct);
    }

    /// <summary>What is wrong with an answer, or null.</summary>
    internal static string? Flaw(AdminReply reply)
    {
        switch (reply.Kind)
        {
            case ReplyKind.Empty:
                return null;
            case ReplyKind.Ok:
                return IsUtf8(reply.Bytes.AsSpan(2)) ? null : "an answer that is not UTF-8";
            case ReplyKind.Exception:
                return !reply.ExceptionType.All(char.IsAsciiLetter) ? "an exception without a class name"
                    : IsUtf8(reply.Bytes) ? null : "an exception that is not UTF-8";
            case ReplyKind.Event:
                return FlawOfEvents(reply.Bytes);
            case ReplyKind.Timeout:
                return "no answer in time";
            default:
                return "an answer that is malformed";
        }
    }

    private async Task<int> FuzzAsync(int seed, int number, CancellationToken ct)
    {
        var random = new Random(unchecked(seed * 31 + number));
        var client = daemon.Sockets.Client(socket);
        var recent = new Queue<byte[]>();
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (; watch.Elapsed < Knobs.FuzzTime; count++)
        {
            var request = makeRequest(random);
            recent.Enqueue(request);
            if (recent.Count > Remembered)
                recent.Dequeue();
            string? flaw;
            try
            {
                flaw = Flaw(await client.SendAsync(request, ct, Options));
            }
            catch (System.Net.Sockets.SocketException gone)
            {
                flaw = $"no connection ({gone.Message})";
            }
            catch (FormatException broken)
            {
                flaw = broken.Message;
            }

            if (flaw is not null || daemon.HasExited)
                Assert.Fail(Report(flaw ?? "the daemon died", seed, number, count, recent));
        }

        return count;
    }

    private string Report(string flaw, int seed, int number, int count, IEnumerable<byte[]> recent)
    {
        var text = new StringBuilder();
        text.AppendLine($"{flaw}; QUBES_FUZZ_SEED={seed}, connection {number}, request {count}. The last requests of this connection, newest last:");
        foreach (var request in recent)
            text.AppendLine($"  {Readable.Text(Encoding.Latin1.GetString(request), 300)}  base64 {Convert.ToBase64String(request.AsSpan(0, Math.Min(600, request.Length)))}");
        return text.Append(daemon.Tail).ToString();
    }

    private static string? FlawOfEvents(byte[] bytes)
    {
        try
        {
            return EventFrames.CountWhole(bytes) > 0 ? null : "a cut EVENT frame";
        }
        catch (FormatException broken)
        {
            return broken.Message;
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);
}
