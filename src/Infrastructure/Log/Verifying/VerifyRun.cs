using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>One look through the log.</summary>
/// <remarks>One thread reads and counts; the hashes, which take most of the time, are computed in blocks on all cores and taken in order.</remarks>
internal sealed class VerifyRun(NpgsqlConnection connection, VerifyOptions options, Action<ReadOnlyMemory<byte>>? grown, CancellationToken ct)
{
    private const int BlockEvents = 4 * MerkleTile.Width;
    private const int MostRest = 4096;
    private readonly Stack<RowBlock> blocks = new();
    private readonly Stack<BlockChecker> checkers = new();
    private readonly TextCache texts = new();
    private readonly Lock gate = new();
    private StreamLedger ledger = new();
    private List<CheckpointClaim> claims = [];
    private SeenTree? tree;
    private byte[] hash = ChainHash.Start.ToArray();
    private long position;
    private long read;
    private long erased;
    private int nextClaim;
    private long changed;
    private ChainFault? fault;
    private ChainFault? readerFault;

    /// <summary>The checkpoints, and whether the log fits them.</summary>
    public IReadOnlyList<CheckpointClaim> Claims => claims;

    /// <summary>Looks.</summary>
    public async Task<ChainReport> RunAsync()
    {
        claims = await CheckpointClaim.LoadAsync(connection, options, ct);
        if (await BeginAsync() is { } first)
        {
            return Report(first);
        }

        ledger = await StreamLedger.LoadAsync(connection, position, ct);
        Accept(new BlockResult(0, false)); // checkpoints of what is trusted
        await ReadAsync();
        fault ??= ledger.FindFault(position);
        var best = fault;
        if (tree is not null && options is { WithTables: true, WithTree: true })
        {
            var comparison = new TreeComparison(connection, claims, ct);
            best = Lower(best, await comparison.FindAsync(tree));
            changed = comparison.Changed?.Value ?? 0;
        }

        return Report(Lower(best, FindFaultOfClaims()));
    }

    private static ChainFault? Lower(ChainFault? one, ChainFault? other) =>
        one is null || (other is not null && other.Position.Value < one.Position.Value) ? other : one;

    /// <summary>Sets up where to begin; a fault when the log does not fit what is trusted.</summary>
    private async Task<ChainFault?> BeginAsync()
    {
        if (options.Since is not { Checkpoint: var since })
        {
            position = options.After.Value;
            hash = position == 0 ? hash : options.TrustedHash.ToArray();
            tree = position == 0 ? new SeenTree(new MerkleTree()) : null;
            return null;
        }

        (position, hash) = (since.Size, since.Chain.ToArray());
        if (await StoredHash.FindAsync(connection, since.Size, ct) != Convert.ToHexStringLower(since.Chain.Span))
        {
            return new ChainFault(new LogPosition(since.Size), "the event is not the one that the trusted checkpoint covers, or is missing: verify the whole log, without --since");
        }

        var tiles = await MerkleStore.ExistsAsync(connection, ct) ? await MerkleStore.ReadAsync(connection, [since.Size], ct) : [];
        await CompareOlderAsync(since.Size);
        tree = MerkleTree.Load(since.Size, (level, tile) => tiles.GetValueOrDefault((level, tile))) is { } stored && stored.Root().AsSpan().SequenceEqual(since.Root.Span)
            ? new SeenTree(stored)
            : null;
        return tree is null && options.WithTables
            ? new ChainFault(new LogPosition(since.Size), "the stored tree (qubes_merkle) does not fit the trusted checkpoint: verify the whole log, without --since")
            : null;
    }

    // Checkpoints from outside that are older than the trusted one: the stored tree tells, which has to lead to the trusted root.
    private async Task CompareOlderAsync(long size)
    {
        foreach (var claim in claims.Where(claim => claim is { IsOutside: true, Signed: not null } && claim.Size < size))
        {
            try
            {
                var nodes = MerkleStore.Nodes(await MerkleStore.ReadAsync(connection, [claim.Size, size], ct));
                claim.Fits = claim.Size == 0 || (MerklePath.Root(0, claim.Size, nodes).AsSpan().SequenceEqual(claim.Signed!.Checkpoint.Root.Span) && // filtered
                    MerklePath.IsConsistent(claim.Size, claim.Signed.Checkpoint.Root.Span, size, options.Since!.Checkpoint.Root.Span, MerklePath.Consistency(claim.Size, size, nodes)));
            }
            catch (ProofException)
            {
                claim.Fits = false;
            }
        }
    }

    private async Task ReadAsync()
    {
        await ExecuteAsync("savepoint reading");
        var isComplete = false;
        await using (var rows = await CopyRows.OpenAsync(
            connection, string.Create(CultureInfo.InvariantCulture, $"{EventColumns.Query} where seq_id > {position} order by seq_id"), EventColumns.Count, ct))
        {
            isComplete = await ReadAsync(rows);
            for (var rest = 0; !isComplete && rest < MostRest; rest++)
            {
                isComplete = !await rows.ReadAsync(ct); // cheaper than to break off
            }
        }

        await ExecuteAsync(isComplete ? "release savepoint reading" : "rollback to savepoint reading");
    }

    /// <summary>Reads until the end or until something does not fit; true at the end.</summary>
    private async Task<bool> ReadAsync(CopyRows rows)
    {
        var underWay = new Queue<(RowBlock Block, Task<BlockResult> Result)>();
        var start = new BlockStart(hash, []);
        var (next, isComplete) = (position, false);
        while (!isComplete && readerFault is null && fault is null)
        {
            var block = Take(blocks, static () => new RowBlock(EventColumns.Count));
            var limit = BlockEvents - (int)(next % MerkleTile.Width);
            while (block.Count < limit && readerFault is null)
            {
                if (!await rows.ReadAsync(ct))
                {
                    isComplete = true;
                    break;
                }

                readerFault = FindFault(rows, next + 1);
                if (readerFault is null)
                {
                    rows.CopyTo(block);
                    next++;
                }
            }

            var (before, wantsLeaves) = (start, tree is not null);
            start = block.Count > 0 ? new BlockStart(null, block.Json(block.Count - 1, EventColumns.Headers).ToArray()) : start;
            underWay.Enqueue((block, underWay.Count == 0 && isComplete
                ? Task.FromResult(Check(block, before, wantsLeaves))
                : Task.Run(() => Check(block, before, wantsLeaves), CancellationToken.None)));
            while (underWay.Count > (isComplete || readerFault is not null ? 0 : Environment.ProcessorCount))
            {
                var (done, result) = underWay.Dequeue();
                Accept(await result);
                Give(blocks, done);
            }
        }

        while (underWay.TryDequeue(out var left))
        {
            await left.Result;
        }

        fault ??= readerFault;
        read += readerFault is null ? 0 : 1;
        return isComplete;
    }

    // What one can see without hashing.
    private ChainFault? FindFault(CopyRows row, long expected)
    {
        var found = row.Integer(EventColumns.Position);
        if (found != expected)
        {
            return new ChainFault(new LogPosition(expected), "the event is missing");
        }

        if (!row.IsNull(EventColumns.Binary) || !row.Bytes(EventColumns.Tenant).SequenceEqual("*DEFAULT*"u8) || row.IsNull(EventColumns.Archived) ||
            row.Boolean(EventColumns.Archived) || row.IsNull(EventColumns.ClrType) || row.IsNull(EventColumns.Stream))
        {
            return new ChainFault(new LogPosition(found), "bdata, tenant_id, mt_dotnet_type, stream_id or is_archived is not what the writer writes");
        }

        return ledger.Add(texts.Get(row.Bytes(EventColumns.Stream)), row.Integer(EventColumns.Version), found, row.Microseconds(EventColumns.Time)) is { } reason
            ? new ChainFault(new LogPosition(found), reason)
            : null;
    }

    private BlockResult Check(RowBlock block, BlockStart start, bool wantsLeaves)
    {
        var checker = Take(checkers, static () => new BlockChecker());
        var result = checker.Check(block, start, wantsLeaves);
        Give(checkers, checker);
        return result;
    }

    private void Accept(BlockResult result)
    {
        if (fault is not null)
        {
            return; // read beyond what does not fit
        }

        // The tree stops at each size that a checkpoint has.
        var done = 0;
        while (nextClaim < claims.Count && claims[nextClaim].Size <= position + result.Count - done)
        {
            done += Grow(result, done, (int)Math.Max(0, claims[nextClaim].Size - position));
            CompareNext();
        }

        Grow(result, done, result.Count - done);
        read += result.Count;
        erased += result.Erased;
        grown?.Invoke(result.Hashes.AsMemory(0, result.Count * ChainHash.Length));
        if (result.Reason is { } reason)
        {
            read++;
            fault = new ChainFault(new LogPosition(position + 1), reason);
        }
    }

    private int Grow(BlockResult result, int first, int count)
    {
        if (count > 0)
        {
            tree?.Add(result, first, count);
            position += count;
            hash = result.Hashes[((first + count - 1) * ChainHash.Length)..((first + count) * ChainHash.Length)];
        }

        return count;
    }

    private void CompareNext()
    {
        var claim = claims[nextClaim++];
        if (claim.Size == position)
        {
            claim.Compare(hash, tree is null ? [] : tree.Root());
        }
    }

    private ChainFault? FindFaultOfClaims()
    {
        ChainFault? first = null;
        foreach (var claim in claims)
        {
            var found = claim switch
            {
                { IsRefused: true, Fits: true } => new ChainFault(new LogPosition(claim.Size), $"{claim.Name} was set aside, but the log fits it"),
                { IsRefused: true } => null,
                { Fault: { } own } => own,
                { Fits: false } => NotFitting(claim),
                { Fits: null } when claim.Size > position && fault is null => new ChainFault(new LogPosition(position + 1), string.Create(
                    CultureInfo.InvariantCulture, $"{claim.Name} covers {claim.Size} events: the end of the log is missing")),
                _ => null,
            };
            first = Lower(first, found);
        }

        return first;
    }

    private ChainFault NotFitting(CheckpointClaim claim)
    {
        var since = claims.Where(other => other.Fits == true && !other.IsRefused && other.Size < claim.Size).Select(other => other.Size)
            .Append(options.Since?.Checkpoint.Size ?? 0).Max();
        return changed > since && changed <= claim.Size
            ? new ChainFault(new LogPosition(changed), $"the event was rewritten: {claim.Name} does not fit")
            : new ChainFault(new LogPosition(since + 1), string.Create(
                CultureInfo.InvariantCulture, $"events were rewritten, the first between position {since + 1} and {claim.Size}: {claim.Name} does not fit"));
    }

    private ChainReport Report(ChainFault? found)
    {
        var fitting = claims.Where(claim => claim is { Fits: true, IsRefused: false, Signed: not null }).ToList();
        return new ChainReport(read, erased, new LogPosition(position), Convert.ToHexStringLower(hash), found)
        {
            Checkpoints = fitting.Count,
            Refused = claims.Count(claim => claim.IsRefused),
            Covered = new LogPosition(fitting.Select(claim => claim.Size).DefaultIfEmpty().Max()),
            CoveredOutside = new LogPosition(fitting.Where(claim => claim.IsOutside).Select(claim => claim.Size).DefaultIfEmpty().Max()),
        };
    }

    private T Take<T>(Stack<T> pool, Func<T> make)
    {
        lock (gate)
        {
            return pool.TryPop(out var item) ? item : make();
        }
    }

    private void Give<T>(Stack<T> pool, T item)
    {
        (item as RowBlock)?.Clear();
        lock (gate)
        {
            pool.Push(item);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
