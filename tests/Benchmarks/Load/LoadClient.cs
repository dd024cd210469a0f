using System.Diagnostics;
using System.Net.Sockets;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>The numbers of the requests one client sent: First, First + Stride … up to but not including End.</summary>
public readonly record struct Share(long First, long Stride, long End)
{
    /// <summary>How many requests that are.</summary>
    public long Count => (End - First + Stride - 1) / Stride;
}

/// <summary>One client in a closed loop: it sends the next request when it has the reply, and notes how long each took.</summary>
public sealed class LoadClient(string socketPath)
{
    private readonly ApiClient api = new(socketPath);
    private long[] samples = new long[4096];
    private int count;

    /// <summary>Time of each request answered OK, in stopwatch ticks.</summary>
    public ReadOnlySpan<long> Samples => samples.AsSpan(0, count);

    /// <summary>Requests not answered OK.</summary>
    public long Errors { get; private set; }

    /// <summary>What the first of them was answered with.</summary>
    public string? FirstError { get; private set; }

    /// <summary>When the last reply came, in stopwatch ticks.</summary>
    public long Finished { get; private set; }

    /// <summary>Sends the requests of the share until it is used up or the deadline has passed, blocking the calling thread.</summary>
    public Share Run(FrameWriter frame, Share share, long deadline, CancellationToken ct)
    {
        Clear();
        var number = share.First;
        var before = Stopwatch.GetTimestamp();
        for (; number < share.End && before < deadline && !ct.IsCancellationRequested; number += share.Stride)
        {
            try
            {
                api.Exchange(frame, number);
                before = Note(before);
            }
            catch (SocketException refusal)
            {
                before = Fail(refusal.Message);
            }
        }
        Finished = before;
        return share with { End = Math.Min(number, share.End) };
    }

    /// <summary>Sends the requests of the share until it is used up or the deadline has passed.</summary>
    public async Task<Share> RunAsync(FrameWriter frame, Share share, long deadline, CancellationToken ct)
    {
        Clear();
        var number = share.First;
        var before = Stopwatch.GetTimestamp();
        for (; number < share.End && before < deadline; number += share.Stride)
        {
            try
            {
                await api.ExchangeAsync(frame, number, ct);
                before = Note(before);
            }
            catch (SocketException refusal)
            {
                before = Fail(refusal.Message);
            }
        }
        Finished = before;
        return share with { End = Math.Min(number, share.End) };
    }

    private void Clear()
    {
        count = 0;
        Errors = 0;
        FirstError = null;
    }

    private long Note(long before)
    {
        if (!api.Succeeded)
            return Fail(api.ReplyText);
        var now = Stopwatch.GetTimestamp();
        if (count == samples.Length)
            Array.Resize(ref samples, count * 2);
        samples[count++] = now - before;
        return now;
    }

    private long Fail(string why)
    {
        Errors++;
        FirstError ??= why;
        return Stopwatch.GetTimestamp();
    }
}
