using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The chain hash that an event was stored with.</summary>
internal static class StoredHash
{
    /// <summary>The hash in hexadecimal, or null when there is no such event or it has none; whether it is right is for <see cref="ChainVerifier"/>.</summary>
    /// <param name="connection">An open session, with or without a transaction.</param>
    /// <param name="position">The event's position.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<string?> FindAsync(NpgsqlConnection connection, long position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select headers ->> 'Hash' from qubes.mt_events where seq_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) as string;
    }
}
