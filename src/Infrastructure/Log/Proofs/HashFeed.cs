using System.Threading.Channels;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Hands the hashes of what became durable from the writer to whoever makes the tree; bounded, and never waits for anybody.</summary>
/// <remarks>The hashes are those that the writer computed: nothing that is changed in the database meanwhile gets into the tree.</remarks>
internal sealed class HashFeed
{
    private const int MostEvents = 1 << 16;
    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private byte[] hashes = [];
    private long before;
    private int count;
    private int enough = 1;

    /// <summary>After how many events the other end wants to be woken.</summary>
    public int Enough
    {
        set => enough = Math.Clamp(value, 1, MostEvents / 2);
    }

    /// <summary>Adds events that became durable.</summary>
    /// <param name="after">The position before the first.</param>
    /// <param name="batch">Their hashes.</param>
    public void Add(long after, ReadOnlySpan<byte> batch)
    {
        var events = batch.Length / ChainHash.Length;
        var isDue = false;
        lock (gate)
        {
            if (count + events > MostEvents || before + count != after)
            {
                // The other end sees the gap, and reads the log.
                (before, count) = (after, 0);
                events = Math.Min(events, MostEvents);
                before += (batch.Length / ChainHash.Length) - events;
                batch = batch[^(events * ChainHash.Length)..];
            }

            if (hashes.Length < (count + events) * ChainHash.Length)
            {
                Array.Resize(ref hashes, Math.Min(MostEvents, Math.Max(64, 2 * (count + events))) * ChainHash.Length);
            }

            batch.CopyTo(hashes.AsSpan(count * ChainHash.Length));
            isDue = count == 0 || (count < enough && count + events >= enough);
            count += events;
        }

        if (isDue)
        {
            wake.Writer.TryWrite(true);
        }
    }

    /// <summary>Takes what there is.</summary>
    public (long After, byte[] Hashes) Take()
    {
        lock (gate)
        {
            var taken = (before, hashes[..(count * ChainHash.Length)]);
            (before, count) = (before + count, 0);
            return taken;
        }
    }

    /// <summary>Waits until there is the first event after <see cref="Take"/>, or enough of them.</summary>
    public async Task WaitAsync(CancellationToken ct) => await wake.Reader.ReadAsync(ct).ConfigureAwait(false);
}
