using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps snapshots in <c>qubes_snapshots</c>, and the newest one in a file as well, for a start without the server.</summary>
/// <remarks>A snapshot counts only when the log has its hash at its position, and when the same build of the rules made it; without the
/// server the file counts by itself, whatever build made it.</remarks>
public sealed class SnapshotStore : ISnapshotStore
{
    private static readonly AtomicFileOptions OwnerOnly = new() { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null };
    private readonly LogDatabase database;
    private readonly EventSerializer serializer;
    private readonly string? file;

    internal SnapshotStore(LogDatabase database, EventSerializer serializer, string? file) =>
        (this.database, this.serializer, this.file) = (database, serializer, file);

    /// <summary>Reads the snapshot in a file, without any server; null when there is none that can be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="upTo">The last position that it may have; null for any.</param>
    /// <param name="serializer">Reads its events.</param>
    public static World? FindInFile(string file, LogPosition? upTo, EventSerializer serializer) =>
        ReadFile(file, upTo) is var (bytes, header) ? SnapshotFormat.ReadWorld(bytes, header, serializer) : null;

    /// <inheritdoc/>
    public async Task<World?> FindAsync(LogPosition? upTo, CancellationToken ct)
    {
        var inFile = file is null ? null : ReadFile(file, upTo);
        try
        {
            if (inFile is var (bytes, header) && header.Build == SnapshotFormat.Build && await IsOfThisLogAsync(header, ct) &&
                !await HasNewerAsync(header.Position, upTo, ct) && SnapshotFormat.ReadWorld(bytes, header, serializer) is { } world)
            {
                return world;
            }

            return await FindInTableAsync(upTo, ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            return inFile is var (bytes, header) ? SnapshotFormat.ReadWorld(bytes, header, serializer) : null;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used; no snapshot was kept.</exception>
    /// <exception cref="ArgumentException">The world's position is not in the log.</exception>
    public async Task SaveAsync(World world, CancellationToken ct)
    {
        try
        {
            var hash = await FindHashAsync(world.Position, ct) ?? throw new ArgumentException($"the log has no event at position {world.Position}", nameof(world));
            var bytes = SnapshotFormat.Write(world, hash, serializer);
            await using var save = database.CreateCommand(
                "insert into qubes.qubes_snapshots (position, format, hash, created, data) values ($1, $2, $3, now(), $4) " +
                "on conflict (position) do update set format = excluded.format, hash = excluded.hash, created = excluded.created, data = excluded.data");
            save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = world.Position.Value });
            save.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SnapshotFormat.Number });
            save.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
            save.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = bytes });
            await save.ExecuteNonQueryAsync(ct);
            await PruneAsync(ct);
            if (file is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
                await AtomicFile.ReplaceAsync(file, bytes, OwnerOnly, ct);
            }
        }
        catch (Exception e) when (e is NpgsqlException)
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Deletes every snapshot at or after a position, because an event there was erased.</summary>
    public async Task DropFromAsync(LogPosition position, CancellationToken ct)
    {
        if (file is not null && ReadFile(file, null) is var (_, header) && header.Position >= position)
        {
            File.Delete(file);
            UnixFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
        }

        await using var delete = database.CreateCommand("delete from qubes.qubes_snapshots where position >= $1");
        delete.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position.Value });
        await delete.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Deletes the snapshots from a position up to, and without, a later one.</summary>
    public async Task DropBetweenAsync(LogPosition first, LogPosition end, CancellationToken ct)
    {
        if (file is not null && ReadFile(file, null) is var (_, header) && header.Position >= first && header.Position < end)
        {
            File.Delete(file);
            UnixFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
        }

        await using var delete = database.CreateCommand("delete from qubes.qubes_snapshots where position >= $1 and position < $2");
        delete.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first.Value });
        delete.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end.Value });
        await delete.ExecuteNonQueryAsync(ct);
    }

    private static (byte[] Bytes, SnapshotHeader Header)? ReadFile(string file, LogPosition? upTo)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            return SnapshotFormat.ReadHeader(bytes) is { } header && (upTo is null || header.Position <= upTo) ? (bytes, header) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<World?> FindInTableAsync(LogPosition? upTo, CancellationToken ct)
    {
        await using var connection = await database.OpenPooledAsync(ct);
        await using var command = new NpgsqlCommand(
            "select data from qubes.qubes_snapshots where position <= $1 and format = $2 order by position desc", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo?.Value ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SnapshotFormat.Number });
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, ct);
        while (await reader.ReadAsync(ct))
        {
            var bytes = await reader.GetFieldValueAsync<byte[]>(0, ct);
            if (SnapshotFormat.ReadHeader(bytes) is { } header && header.Build == SnapshotFormat.Build && await IsOfThisLogAsync(header, ct) &&
                SnapshotFormat.ReadWorld(bytes, header, serializer) is { } world)
            {
                return world;
            }
        }

        return null;
    }

    private async Task<bool> HasNewerAsync(LogPosition position, LogPosition? upTo, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select exists (select from qubes.qubes_snapshots where position > $1 and position <= $2 and format = $3)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = upTo?.Value ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SnapshotFormat.Number });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task<bool> IsOfThisLogAsync(SnapshotHeader header, CancellationToken ct) =>
        await FindHashAsync(header.Position, ct) is { } hash && hash.AsSpan().SequenceEqual(header.Hash);

    private async Task<byte[]?> FindHashAsync(LogPosition position, CancellationToken ct)
    {
        if (position == LogPosition.Start)
        {
            return ChainHash.Start.ToArray();
        }

        await using var command = database.CreateCommand("select headers ->> 'Hash' from qubes.mt_events where seq_id = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position.Value });
        return await command.ExecuteScalarAsync(ct) is string { Length: 2 * ChainHash.Length } hash ? Convert.FromHexString(hash) : null;
    }

    private async Task PruneAsync(CancellationToken ct)
    {
        await using var prune = database.CreateCommand("""
            delete from qubes.qubes_snapshots
            where position not in (select position from qubes.qubes_snapshots order by position desc limit 3)
            and position not in (select min(position) from qubes.qubes_snapshots group by position / 100000)
            """);
        await prune.ExecuteNonQueryAsync(ct);
    }
}
