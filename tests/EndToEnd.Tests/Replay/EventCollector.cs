namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Finds out which events belong to which request without ever waiting for a guessed time.</summary>
/// <remarks>
/// After each request it asks to remove a feature that dom0 does not have. That is refused, changes nothing and leaves no trace,
/// but is announced (<c>domain-feature-pre-delete</c>, spec/decisions.md 5a) in the order of decisions: whatever arrives before it
/// belongs to the request. A daemon that does not announce it is read by count instead: as many as were recorded.
/// </remarks>
internal sealed class EventCollector(EventStream stream, AdminClient client)
{
    private const int PatientShortfalls = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FencePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LittlePatience = TimeSpan.FromMilliseconds(200);

    private const string FenceEvent = "domain-feature-pre-delete:zz-fence-";

    private int fence;
    private int shortfalls;
    private bool fenced;

    /// <summary>Whether fences work; otherwise surplus events are only noticed at the next request.</summary>
    public bool IsFenced => fenced;

    /// <summary>Whether it is what a fence announces.</summary>
    public static bool IsFence(WireEvent heard) => heard.Name.StartsWith(FenceEvent, StringComparison.Ordinal);

    /// <summary>Tries one fence.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        fenced = true;
        var events = new List<WireEvent>();
        fenced = await ReadToFenceAsync(events, Patience, ct);
    }

    /// <summary>Collects the events of the request that was just answered.</summary>
    /// <param name="due">How many were recorded.</param>
    /// <param name="answered">False when the request failed where it should not have: nobody waits for its events then.</param>
    /// <param name="ct">Ends the test.</param>
    public async Task<List<WireEvent>> CollectAsync(int due, bool answered, CancellationToken ct)
    {
        var events = new List<WireEvent>();
        if (fenced && !await ReadToFenceAsync(events, FencePatience, ct))
            Assert.Fail($"The announcement of fence {fence} did not arrive within {FencePatience.TotalSeconds} s (stream closed: {stream.IsClosed}).");
        while (events.Count < due && answered)
        {
            var patience = shortfalls < PatientShortfalls ? Patience : LittlePatience;
            if (await stream.NextAsync(patience, ct) is not { } next)
            {
                shortfalls++;
                break;
            }

            events.Add(next);
        }

        // Without a fence, what came with the last event of the request is still its own.
        if (!fenced)
            events.AddRange(stream.TakeArrived());
        return events;
    }

    private async Task<bool> ReadToFenceAsync(List<WireEvent> events, TimeSpan patience, CancellationToken ct)
    {
        var feature = $"zz-fence-{++fence}";
        await client.CallAsync("admin.vm.feature.Remove", feature, "dom0", "", ct);
        while (await stream.NextAsync(patience, ct) is { } next)
        {
            if (next.Name == $"domain-feature-pre-delete:{feature}")
                return true;
            events.Add(next);
        }

        return false;
    }
}
