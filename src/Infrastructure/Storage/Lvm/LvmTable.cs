namespace Qubes.Cqrs.Infrastructure;

/// <summary>What <c>lvs</c> told last: read anew after changes of our own, and after 30 seconds, since qubes write.</summary>
/// <remarks>Source: spec, storage 7 (cache).</remarks>
internal sealed class LvmTable(StorageTools tools, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private static readonly string[] List = ["--noheadings", "--units", "b", "--nosuffix", "--separator", ";", "--options", LvmRow.Columns];

    private readonly Lock gate = new();
    private (LvmRows Rows, long ReadAt)? known;
    private long changes;

    /// <summary>What was read last, if that is still good; for showing.</summary>
    public async ValueTask<LvmRows> ShowAsync(CancellationToken ct)
    {
        lock (gate)
        {
            if (known is { } last && time.GetElapsedTime(last.ReadAt) < Freshness)
            {
                return last.Rows;
            }
        }

        return await ReadAsync(ct).ConfigureAwait(false);
    }

    /// <summary>What is there now; for deciding what to change.</summary>
    /// <exception cref="IOException">What the tool wrote makes no sense.</exception>
    public async ValueTask<LvmRows> ReadAsync(CancellationToken ct)
    {
        var (before, readAt) = (Interlocked.Read(ref changes), time.GetTimestamp());
        var output = await tools.ReadAsync("lvs", List, ct).ConfigureAwait(false);
        try
        {
            var rows = new LvmRows(output);
            Keep(rows, readAt, before);
            return rows;
        }
        catch (Exception senseless) when (senseless is FormatException or OverflowException or ArgumentException)
        {
            throw new IOException($"lvs: {senseless.Message}", senseless);
        }
    }

    /// <summary>We are changing something: what was read, and is being read, does not count any more.</summary>
    public void Forget()
    {
        lock (gate)
        {
            changes++;
            known = null;
        }
    }

    private void Keep(LvmRows rows, long readAt, long before)
    {
        lock (gate)
        {
            if (changes == before)
            {
                known = (rows, readAt);
            }
        }
    }
}
