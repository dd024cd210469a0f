using Npgsql;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps snapshots in <c>qubes_snapshots</c>, and the newest one in a file as well, for a start without the server.</summary>
/// <remarks>A snapshot counts only when the log has its hash at its position, and when the same build of the rules made it; without the
/// server the file counts by itself, whatever build made it. One of each <see cref="Spacing"/> events is kept for ever, and the newest three.</remarks>
public sealed class SnapshotStore : ISnapshotStore, IDisposable
{
    private const string IsUsable = "snapshot.format = $1 and substring(snapshot.data from 13 for 16) = $2"; // SnapshotFormat: the build lies there

    private static readonly AtomicFileOptions OwnerOnly = new() { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null };
    private readonly LogDatabase database;
    private readonly EventSerializer serializer;
    private readonly string? file;
    private readonly int every;
    private readonly SemaphoreSlim saving = new(1, 1);
    private int drops;

    internal SnapshotStore(LogDatabase database, EventSerializer serializer, string? file, int every) =>
        (this.database, this.serializer, this.file, this.every, Spacing) = (database, serializer, file, every, every);

    /// <summary>Hears that snapshots were deleted because an event was erased.</summary>
    public event Action? Dropped;

    /// <summary>How many events lie between two snapshots that are kept for ever; grows with the size of a snapshot.</summary>
    public long Spacing { get; private set; }

    /// <summary>How often snapshots were deleted because an event was erased.</summary>
    internal int Drops => Volatile.Read(ref drops);

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
    public Task SaveAsync(World world, CancellationToken ct) => SaveAsync(world, null, file, ct);

    /// <summary>Keeps a snapshot of the past, unless an event was erased since it was begun.</summary>
    /// <param name="world">The world.</param>
    /// <param name="since">What <see cref="Drops"/> was before the first event for it was read.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether it was kept.</returns>
    internal Task<bool> SavePastAsync(World world, int since, CancellationToken ct) => SaveAsync(world, since, null, ct);

    /// <summary>Deletes every snapshot at or after a position, because an event there was erased.</summary>
    public Task DropFromAsync(LogPosition position, CancellationToken ct) => DropBetweenAsync(position, new LogPosition(long.MaxValue), ct);

    /// <summary>Deletes the snapshots from a position up to, and without, a later one, because events there were erased that left no trace from then on.</summary>
    public async Task DropBetweenAsync(LogPosition first, LogPosition end, CancellationToken ct)
    {
        await saving.WaitAsync(ct);
        try
        {
            Interlocked.Increment(ref drops);
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
        finally
        {
            saving.Release();
        }

        Dropped?.Invoke();
    }

    /// <summary>What there is, and where one is missing.</summary>
    /// <param name="head">The position of the last event.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<SnapshotStock> LookAsync(LogPosition head, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand($"select position, length(data), {IsUsable} from qubes.qubes_snapshots snapshot order by position");
            AddUsable(command);
            var (usable, other, bytes, last) = (new List<long>(), 0, 0L, 0L);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                last = reader.GetInt32(1);
                bytes += last;
                if (reader.GetBoolean(2))
                {
                    usable.Add(reader.GetInt64(0));
                }
                else
                {
                    other++;
                }
            }

            Spacing = SnapshotSpacing.Of(every, last);
            return new SnapshotStock(usable, other, bytes, SnapshotSpacing.Missing(usable, Spacing, head.Value));
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Whether the snapshot at the position of a world shows that very world.</summary>
    internal async Task<bool> ShowsAsync(World world, CancellationToken ct)
    {
        try
        {
            if (await FindRowAsync(world.Position.Value, ct) is not var (position, bytes, hash) || position != world.Position.Value ||
                SnapshotFormat.ReadHeader(bytes) is not { } header || !header.Hash.AsSpan().SequenceEqual(hash))
            {
                return false;
            }

            var wanted = SnapshotFormat.Write(world, hash, serializer);
            return wanted.AsSpan().SequenceEqual(bytes) || // the same compression, nearly always
                (SnapshotFormat.ReadWorld(bytes, header, serializer) is { } read && SnapshotFormat.Write(read, hash, serializer).AsSpan().SequenceEqual(wanted));
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Deletes snapshots that this version cannot use: of another format, or of another build of the rules.</summary>
    internal async Task DropOthersAsync(CancellationToken ct)
    {
        try
        {
            await using var delete = database.CreateCommand($"delete from qubes.qubes_snapshots snapshot where not ({IsUsable})");
            AddUsable(delete);
            await delete.ExecuteNonQueryAsync(ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => saving.Dispose();

    private async Task<bool> SaveAsync(World world, int? since, string? copy, CancellationToken ct)
    {
        await saving.WaitAsync(ct);
        try
        {
            if (since is not null && since != drops)
            {
                return false;
            }

            var hash = await FindHashAsync(world.Position, ct) ?? throw new ArgumentException($"the log has no event at position {world.Position}", nameof(world));
            var bytes = SnapshotFormat.Write(world, hash, serializer);
            await InsertAsync(world.Position, hash, bytes, ct);
            Spacing = SnapshotSpacing.Of(every, bytes.Length);
            await PruneAsync(ct);
            if (copy is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(copy)) ?? "/");
                await AtomicFile.ReplaceAsync(copy, bytes, OwnerOnly, ct);
            }

            return true;
        }
        catch (Exception e) when (e is NpgsqlException)
        {
            throw PostgresErrors.Translate(e);
        }
        finally
        {
            saving.Release();
        }
    }

    private async Task InsertAsync(LogPosition position, byte[] hash, byte[] bytes, CancellationToken ct)
    {
        await using var save = database.CreateCommand(
            "insert into qubes.qubes_snapshots (position, format, hash, created, data) values ($1, $2, $3, now(), $4) " +
            "on conflict (position) do update set format = excluded.format, hash = excluded.hash, created = excluded.created, data = excluded.data");
        save.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position.Value });
        save.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SnapshotFormat.Number });
        save.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        save.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = bytes });
        await save.ExecuteNonQueryAsync(ct);
    }

    private static void AddUsable(NpgsqlCommand command)
    {
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = SnapshotFormat.Number });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SnapshotFormat.Build.ToByteArray(bigEndian: true) });
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

    // One after the other from the newest: what is damaged, or of another history, gives way to an older one.
    private async Task<World?> FindInTableAsync(LogPosition? upTo, CancellationToken ct)
    {
        var last = upTo?.Value ?? long.MaxValue;
        while (await FindRowAsync(last, ct) is var (position, bytes, hash))
        {
            if (SnapshotFormat.ReadHeader(bytes) is { } header && header.Position.Value == position && header.Hash.AsSpan().SequenceEqual(hash) &&
                SnapshotFormat.ReadWorld(bytes, header, serializer) is { } world)
            {
                return world;
            }

            last = position - 1;
        }

        return null;
    }

    private async Task<(long Position, byte[] Bytes, byte[] Hash)?> FindRowAsync(long last, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            select snapshot.position, snapshot.data, event.headers ->> 'Hash'
            from qubes.qubes_snapshots snapshot left join qubes.mt_events event on event.seq_id = snapshot.position
            where snapshot.position <= $3 and {IsUsable} order by snapshot.position desc limit 1
            """);
        AddUsable(command);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), HashOf(reader.GetInt64(0), reader.IsDBNull(2) ? null : reader.GetString(2)) ?? [])
            : null;
    }

    private static byte[]? HashOf(long position, string? text) => position == LogPosition.Start.Value
        ? ChainHash.Start.ToArray()
        : text is { Length: 2 * ChainHash.Length } ? Convert.FromHexString(text) : null;

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
        await using var connection = await database.OpenPooledAsync(ct);
        return HashOf(position.Value, await StoredHash.FindAsync(connection, position.Value, ct));
    }

    private async Task PruneAsync(CancellationToken ct)
    {
        await using var prune = database.CreateCommand("""
            delete from qubes.qubes_snapshots
            where position not in (select position from qubes.qubes_snapshots order by position desc limit 3)
            and position not in (select min(position) from qubes.qubes_snapshots group by position / $1)
            """);
        prune.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Spacing });
        await prune.ExecuteNonQueryAsync(ct);
    }
}
