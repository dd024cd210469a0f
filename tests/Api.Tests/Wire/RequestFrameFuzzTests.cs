using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Throws bytes at the parser of frames for <c>QUBES_FUZZ_SECONDS</c> (20 when unset); <c>QUBES_FUZZ_SEED</c> repeats a run.</summary>
public class RequestFrameFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Seeds =
    [
        "admin.vm.List dom0 name dom0\0",
        "admin.vm.property.Get+klass dom0 keyword adminvm\0",
        "admin.vm.feature.Set+big dom0 name uuid:00000000-0000-0000-0000-000000000000\0payload\0more",
        "  name \0",
    ];

    [Fact]
    public void Nothing_a_client_sends_makes_the_parser_throw_or_lose_a_byte()
    {
        var seed = Setting("QUBES_FUZZ_SEED") ?? Environment.TickCount;
        var seconds = Setting("QUBES_FUZZ_SECONDS") ?? 20;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        var runs = 0L;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var run = 0; run < 1000; run++, runs++)
            {
                var request = Generate(random);
                try
                {
                    Verify(request);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"seed {seed}, run {runs}: {Convert.ToHexString(request.AsSpan(0, Math.Min(300, request.Length)))}", failure);
                }
            }
        }

        output.WriteLine($"{runs} requests");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static byte[] Generate(Random random)
    {
        if (random.Next(10) == 0)
        {
            var noise = new byte[random.Next(random.Next(20) == 0 ? 70_000 : 200)];
            random.NextBytes(noise);
            return noise;
        }

        var request = Encoding.ASCII.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var change = random.Next(6); change > 0; change--)
        {
            var at = random.Next(request.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < request.Count:
                    request.RemoveAt(at);
                    break;
                case 1 when at < request.Count:
                    request[at] = (byte)random.Next(256);
                    break;
                case 2:
                    request.Insert(at, (byte)" \0+\n\xff"[random.Next(5)]);
                    break;
                default:
                    request.RemoveRange(at, random.Next(request.Count - at + 1));
                    break;
            }
        }

        return [.. request];
    }

    private static void Verify(byte[] request)
    {
        var status = RequestFrame.Parse(request, out var frame);
        if (status != FrameStatus.Ok)
        {
            Assert.Equal(0, frame.Method.Length + frame.Payload.Length);
            return;
        }

        var header = request.AsSpan(0, frame.PayloadStart - 1);
        Assert.False(header.Contains((byte)0));
        Assert.True(Ascii.IsValid(header));
        Assert.True(request.AsSpan(frame.PayloadStart).SequenceEqual(frame.Payload));

        // Whatever was accepted means the same when it is written again.
        var hasPlus = frame.Method.Length < header.Length && header[frame.Method.Length] == '+';
        var again = Frames.Encode(
            Text(frame.Method), hasPlus ? Text(frame.Argument) : null, Text(frame.Source), frame.IsKeyword ? "keyword" : "name", Text(frame.Destination), frame.Payload);
        Assert.Equal(request, again);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
