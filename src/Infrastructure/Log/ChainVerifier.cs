using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads the log from end to end and tells the first position that does not fit: dense numbers, the chain of hashes, each digest against
/// what it was made of, the versions of each stream, the tree over the hashes, and every checkpoint.</summary>
/// <remarks>Rules: <see cref="ChainHash"/>, docs/event-log.md, docs/proofs.md. Who can write to the database can rewrite the whole chain: only a
/// checkpoint that was kept elsewhere tells that.</remarks>
public sealed class ChainVerifier
{
    private readonly LogDatabase database;

    internal ChainVerifier(LogDatabase database) => this.database = database;

    /// <summary>Verifies the events after a position by their chain alone.</summary>
    /// <param name="after">The last position that is trusted; <see cref="LogPosition.Start"/> for the whole log.</param>
    /// <param name="trustedHash">The chain hash at <paramref name="after"/>; not needed at the start.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public Task<ChainReport> VerifyAsync(LogPosition after, ReadOnlyMemory<byte> trustedHash, CancellationToken ct) =>
        VerifyAsync(new VerifyOptions { After = after, TrustedHash = trustedHash, WithTables = false }, ct);

    /// <summary>Verifies the log.</summary>
    /// <param name="options">What, and against what.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<ChainReport> VerifyAsync(VerifyOptions options, CancellationToken ct)
    {
        if (options.Since is null && options.After != LogPosition.Start && options.TrustedHash.Length != ChainHash.Length)
        {
            throw new ArgumentException($"the hash at position {options.After} is needed, {ChainHash.Length} bytes", nameof(options));
        }

        try
        {
            // One snapshot for all tables, so that a daemon may go on writing meanwhile.
            await using var connection = await database.OpenPooledAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
            return await VerifyAsync(connection, options, null, ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Verifies the log as it is seen in the transaction of a session.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="options">What, and against what.</param>
    /// <param name="grown">Gets the hashes of events that fit, in order; null when nobody needs them.</param>
    /// <param name="ct">Ends it.</param>
    internal static async Task<ChainReport> VerifyAsync(
        NpgsqlConnection connection, VerifyOptions options, Action<ReadOnlyMemory<byte>>? grown, CancellationToken ct) =>
        await new VerifyRun(connection, options, grown, ct).RunAsync();
}
