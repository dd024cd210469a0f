using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes the tree over the events grow behind the writer, and signs checkpoints of it.</summary>
/// <remarks>Nobody waits for it. A log that does not fit what was signed before is never signed again, until an administrator accepts it:
/// docs/proofs.md.</remarks>
public sealed class CheckpointKeeper : IDisposable
{
    private const int PruneEvery = 100;
    private readonly LogDatabase database;
    private readonly HashFeed feed;
    private readonly CheckpointOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CheckpointTable table;
    private readonly CheckpointFiles files;
    private readonly Witness witness;
    private CheckpointKey? key;
    private MerkleTree? tree;
    private byte[] chain = ChainHash.Start.ToArray();
    private long covered;
    private bool isWhole;
    private string? dispute;
    private string? failure;
    private int made;
    private bool isFollowing;

    internal CheckpointKeeper(LogDatabase database, HashFeed feed, CheckpointOptions options, TimeProvider time, ILogger logger)
    {
        (this.database, this.feed, this.options, this.time, this.logger) = (database, feed, options, time, logger);
        table = new CheckpointTable(database);
        files = new CheckpointFiles(options.Folder);
        witness = new Witness(options, logger);
        feed.Enough = options.EveryEvents;
    }

    /// <summary>Follows the log until <paramref name="ct"/> ends it.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        isFollowing = true;
        var witnessing = witness.RunAsync(ct);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (IsPassing(e))
            {
                Fail(e);
            }

            await Task.Delay(options.Retry, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await witnessing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Signs what is not signed yet: the writer has stopped.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (isFollowing && tree is null)
        {
            return; // it could not be signed until now, and nobody shall wait for a look through the whole log
        }

        try
        {
            if (await StandAsync(ct).ConfigureAwait(false) && await GrowAsync(ct).ConfigureAwait(false) && tree!.Size > covered) // it stands
            {
                await SignAsync(ct).ConfigureAwait(false);
            }

            await witness.FlushAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (IsPassing(e))
        {
            Fail(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => key?.Dispose();

    private static bool IsPassing(Exception e) =>
        e is ProofException or IOException or UnauthorizedAccessException or AtomicFileException || PostgresErrors.IsDatabase(e);

    private void Fail(Exception e)
    {
        tree = null; // what was not kept is read again
        if (failure != e.Message)
        {
            LogMessages.NoCheckpoint(logger, e.Message);
        }

        failure = e.Message;
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        if (!await StandAsync(ct).ConfigureAwait(false))
        {
            return;
        }

        var since = time.GetTimestamp();
        while (await GrowAsync(ct).ConfigureAwait(false))
        {
            var left = options.Every - time.GetElapsedTime(since);
            if (tree!.Size - covered >= options.EveryEvents || (tree.Size > covered && left <= TimeSpan.Zero)) // it stands
            {
                await SignAsync(ct).ConfigureAwait(false);
                failure = null;
                since = time.GetTimestamp();
                continue;
            }

            if (tree.Size == covered)
            {
                await feed.WaitAsync(ct).ConfigureAwait(false);
                since = time.GetTimestamp();
                continue;
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(feed.WaitAsync(limit.Token), Task.Delay(left, time, limit.Token)).ConfigureAwait(false);
            await limit.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes what became durable; false when something is missing and the log has to be read.</summary>
    private async Task<bool> GrowAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (after, hashes) = feed.Take();
        if (tree is null || after > tree.Size)
        {
            tree = null;
            return await StandAsync(ct).ConfigureAwait(false);
        }

        for (var at = (int)Math.Min(hashes.Length, (tree.Size - after) * ChainHash.Length); at < hashes.Length; at += ChainHash.Length)
        {
            Add(hashes.AsMemory(at, ChainHash.Length));
        }

        return true;
    }

    private void Add(ReadOnlyMemory<byte> hashes)
    {
        for (; hashes.Length > 0; hashes = hashes[ChainHash.Length..])
        {
            tree!.Add(MerkleHash.Leaf(hashes.Span[..ChainHash.Length])); // only while there is one
            hashes[..ChainHash.Length].CopyTo(chain);
        }
    }

    private async Task SignAsync(CancellationToken ct)
    {
        var checkpoint = key!.Sign(tree!.Size, tree.Root(), chain.ToArray(), time.GetUtcNow()); // it stands
        if (!await table.AddAsync(checkpoint, tree.TakeTiles(), isWhole, ct).ConfigureAwait(false))
        {
            tree = null;
            throw new ProofException(string.Create(CultureInfo.InvariantCulture, $"the log no longer has the event at position {checkpoint.Checkpoint.Size} as it was written"));
        }

        (covered, isWhole) = (checkpoint.Checkpoint.Size, false);
        await files.WriteNewestAsync(checkpoint, ct).ConfigureAwait(false);
        witness.Give(checkpoint);
        if (++made % PruneEvery == 0)
        {
            await table.PruneAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Makes sure that there is a tree that fits the log and all that was signed; false when the log does not fit.</summary>
    private async Task<bool> StandAsync(CancellationToken ct)
    {
        if (tree is not null)
        {
            return true;
        }

        key ??= await CheckpointKey.OpenAsync(options.KeyFile, options.Origin, ct).ConfigureAwait(false);
        await files.WriteKeyAsync(key.Public, ct).ConfigureAwait(false);
        await using var connection = await database.OpenPooledAsync(ct).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct).ConfigureAwait(false);
        if (await FindDisputeAsync(connection, ct).ConfigureAwait(false) is not { } reason)
        {
            dispute = null;
            return true;
        }

        tree = null;
        if (dispute != reason)
        {
            LogMessages.LogDisputed(logger, reason, files.Newest);
        }

        dispute = reason;
        await TryAcceptAsync(connection, ct).ConfigureAwait(false);
        return false;
    }

    /// <summary>Looks from the newest checkpoint on, else at the whole log; leaves the tree, or tells what does not fit.</summary>
    private async Task<string?> FindDisputeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        IReadOnlyList<OutsideCheckpoint> outside;
        SignedCheckpoint? newest;
        try
        {
            outside = files.ReadNewest() is { } kept ? [new OutsideCheckpoint(files.Newest, kept)] : [];
            newest = await CheckpointTable.FindNewestAsync(connection, 0, ct).ConfigureAwait(false);
        }
        catch (ProofException e)
        {
            return $"the newest checkpoint cannot be read: {e.Message}";
        }

        var wanted = new VerifyOptions { Outside = outside, Key = key!.Public }; // opened before
        if (newest is not null && newest.IsSignedBy(key.Public) && await LoadAsync(connection, newest.Checkpoint, ct).ConfigureAwait(false) is { } stored)
        {
            (tree, chain, covered, isWhole) = (stored, newest.Checkpoint.Chain.ToArray(), newest.Checkpoint.Size, false);
            var report = await ChainVerifier.VerifyAsync(connection, wanted with { Since = newest, WithTree = false }, Add, ct).ConfigureAwait(false);
            if (report.Fault is null)
            {
                await GiveAgainAsync(newest, outside, ct).ConfigureAwait(false);
                return null;
            }
        }

        (tree, chain, covered, isWhole) = (new MerkleTree(), ChainHash.Start.ToArray(), 0, true);
        var whole = await ChainVerifier.VerifyAsync(connection, wanted with { WithTree = false }, Add, ct).ConfigureAwait(false);
        return whole.Fault is { } fault ? string.Create(CultureInfo.InvariantCulture, $"position {fault.Position} does not fit: {fault.Reason}") : null;
    }

    private static async Task<MerkleTree?> LoadAsync(NpgsqlConnection connection, Checkpoint newest, CancellationToken ct)
    {
        var tiles = await MerkleStore.ReadAsync(connection, [newest.Size], ct).ConfigureAwait(false);
        return MerkleTree.Load(newest.Size, (level, tile) => tiles.GetValueOrDefault((level, tile))) is { } stored && stored.Root().AsSpan().SequenceEqual(newest.Root.Span)
            ? stored
            : null;
    }

    // A crash came between the table and the file.
    private async Task GiveAgainAsync(SignedCheckpoint newest, IReadOnlyList<OutsideCheckpoint> outside, CancellationToken ct)
    {
        if (outside is not [{ Checkpoint.Checkpoint.Size: var size }] || size < newest.Checkpoint.Size)
        {
            await files.WriteNewestAsync(newest, ct).ConfigureAwait(false);
            witness.Give(newest);
        }
    }

    private async Task TryAcceptAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (files.ReadAccepted() is not var (position, hash))
        {
            return;
        }

        var run = new VerifyRun(connection, new VerifyOptions { Key = key!.Public, WithTree = false }, null, ct); // opened before
        var report = await run.RunAsync().ConfigureAwait(false);
        if (report.Head.Value < position || await StoredHash.FindAsync(connection, position, ct).ConfigureAwait(false) != hash)
        {
            LogMessages.NotAccepted(logger, position);
            return;
        }

        await table.RefuseAsync([.. run.Claims.Where(claim => claim is { IsRefused: false, Fits: not true }).Select(claim => claim.Number)], ct).ConfigureAwait(false);
        files.SetAside(time.GetUtcNow());
        LogMessages.LogAccepted(logger, position);
    }
}
