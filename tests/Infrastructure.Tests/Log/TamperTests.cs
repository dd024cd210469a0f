using System.Globalization;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Whatever somebody changes with SQL behind the daemon's back is found, and the first position that does not fit is named.</summary>
/// <remarks>QUBES_TAMPER_ROUNDS: how many changes. Each is made in a transaction, verified on the same session, and taken back.</remarks>
public sealed class TamperTests(TestServer server)
{
    private const int FirstSigned = 30;

    private static readonly (string Column, string Value)[] Changes =
    [
        ("id", "gen_random_uuid()"), ("version", "version + 1 + $R % 5"), ("version", "version - 1"), ("data", "data || '{\"x\": $R}'"), ("data", "'{}'::jsonb"),
        ("data", "'[$R]'::jsonb"), ("bdata", "'\\x00'::bytea"), ("type", "'tag-remove'"), ("type", "type || 'x'"), ("timestamp", "timestamp + interval '1 microsecond' * (1 + $R)"),
        ("timestamp", "timestamp - interval '1 microsecond' * (1 + $R)"), ("timestamp", "'infinity'::timestamptz"), ("tenant_id", "null"), ("tenant_id", "'x$R'"),
        ("mt_dotnet_type", "mt_dotnet_type || 'x'"), ("mt_dotnet_type", "null"), ("correlation_id", "'x$R'"), ("correlation_id", "null"), ("causation_id", "'x$R'"),
        ("causation_id", "null"), ("user_name", "'sys-net$R'"), ("user_name", "null"), ("headers", "null"), ("headers", "'[]'::jsonb"), ("headers", "headers - 'Method'"),
        ("headers", "headers || '{\"Argument\": \"$R\"}'"), ("headers", "headers || '{\"Extra\": $R}'"), ("headers", "headers - 'Salt'"), ("headers", "headers - 'Hash'"),
        ("headers", "jsonb_set(headers, '{Salt}', to_jsonb(substr(md5('$R'), 1, 32)))"), ("headers", "jsonb_set(headers, '{Digest}', to_jsonb(md5('$R') || md5('x$R')))"),
        ("headers", "jsonb_set(headers, '{Hash}', to_jsonb(md5('$R') || md5('x$R')))"), ("headers", "jsonb_set(headers, '{Retention}', '\"Activity$R\"')"),
        ("headers", "jsonb_set(headers, '{Schema}', '2')"), ("headers", "headers || '{\"Erased\": true}'"), ("is_archived", "true"), ("is_archived", "null"),
        ("stream_id", "'system'"), ("stream_id", "null"), ("stream_id", "stream_id || 'x'"), ("seq_id", "1000 + $R"),
    ];

    private static readonly (string Column, string Value)[] StreamChanges =
    [
        ("version", "version + 1 + $R % 9"), ("version", "version - 1"), ("version", "null"), ("type", "'x'"), ("type", "null"), ("timestamp", "timestamp + interval '1 microsecond' * (1 + $R)"),
        ("created", "created - interval '1 microsecond' * (1 + $R)"), ("tenant_id", "'x'"), ("tenant_id", "null"), ("is_archived", "true"), ("is_archived", "null"), ("id", "id || 'x'"),
    ];

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("QUBES_TAMPER_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 10_000;

    [Fact]
    public async Task Every_change_behind_the_daemons_back_is_found_at_its_position()
    {
        await using var log = await SignedLog.CreateAsync(server);
        var samples = SampleEvents.All.Select((sample, index) => new PendingEvent(sample, Given.Time.AddSeconds(index), Given.Metadata)).ToList();
        await log.AppendAsync(samples.Take(FirstSigned));
        await log.SignAsync();
        await log.AppendAsync(samples.Skip(FirstSigned).Concat(Given.Tags(7, "a", "b", "c")));
        await log.Log.Eraser.EraseAsync([new LogPosition(12), new LogPosition(33)], default);
        await log.SignAsync();
        await log.Database.ExecuteAsync("alter table qubes.mt_events drop constraint fkey_mt_events_stream_id; drop index qubes.pk_mt_events_stream_and_version");
        Assert.Null((await log.VerifyAsync()).Fault);

        await using var connection = new NpgsqlConnection(log.Database.ConnectionString);
        await connection.OpenAsync();
        var options = new VerifyOptions { Key = log.Key, Outside = [new OutsideCheckpoint("the file", log.Files.ReadNewest()!)] };
        var seed = Environment.TickCount;
        var (last, random, kinds) = ((int)log.Log.Appender.Head.Value, new Random(seed), new Dictionary<string, int>());
        for (var round = 0; round < Rounds;)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            if (await TamperAsync(connection, random, last) is not var (kind, position))
            {
                continue; // that would have changed nothing
            }

            var fault = (await ChainVerifier.VerifyAsync(connection, options, null, default)).Fault;
            Assert.True(
                fault is not null && fault.Position.Value == position,
                $"round {round} of seed {seed}: {kind} should be found at position {position}, but: {fault?.Position.ToString() ?? "nothing"} {fault?.Reason}");
            await transaction.RollbackAsync();
            kinds[kind.Split(' ')[0]] = kinds.GetValueOrDefault(kind.Split(' ')[0]) + 1;
            round++;
        }

        Assert.True(Rounds < 1000 || kinds.Count == 10, string.Join(' ', kinds));
        Assert.Null((await log.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_log_that_was_rewritten_as_a_whole_is_found_only_through_a_checkpoint_outside()
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 20);
        await log.SignAsync();
        await using var connection = new NpgsqlConnection(log.Database.ConnectionString);
        await connection.OpenAsync();
        await ForgeAsync(connection, 9, toEnd: true);
        var kept = log.Files.ReadNewest()!;
        var fault = (await log.VerifyAsync(withFile: false)).Fault;
        Assert.Equal(9, fault?.Position.Value); // the tree in the database is still the one that was signed
        Assert.Contains("not the one that a signed checkpoint covers", fault?.Reason, StringComparison.Ordinal);

        await log.Database.ExecuteAsync("delete from qubes.qubes_merkle; delete from qubes.qubes_checkpoints");
        var report = await log.VerifyAsync(withFile: false);
        Assert.Equal((null, 0L, 0L), (report.Fault, report.Covered.Value, report.CoveredOutside.Value)); // nothing covers it, and it says so
        fault = (await log.VerifyAsync()).Fault;
        Assert.Equal(1, fault?.Position.Value);
        Assert.Contains("between position 1 and 20", fault?.Reason, StringComparison.Ordinal);
        Assert.Equal(20, kept.Checkpoint.Size);
    }

    private static async Task<(string Kind, long Position)?> TamperAsync(NpgsqlConnection connection, Random random, int last)
    {
        var place = random.Next(1, last + 1);
        switch (random.Next(20))
        {
            case 0:
                return await RunAsync(connection, $"delete from qubes.mt_events where seq_id = {place}") ? ("deletion", place) : null;
            case 1:
                var other = random.Next(1, last + 1);
                return other != place && await RunAsync(
                    connection,
                    $"update qubes.mt_events set seq_id = -seq_id where seq_id in ({place}, {other}); update qubes.mt_events set seq_id = {place + other} + seq_id where seq_id < 0")
                    ? ("swap", Math.Min(place, other))
                    : null;
            case 2:
                var at = random.Next(1, last + 2);
                return await RunAsync(connection, $"""
                    update qubes.mt_events set seq_id = -seq_id where seq_id >= {at};
                    update qubes.mt_events set seq_id = 1 - seq_id where seq_id < 0;
                    insert into qubes.mt_events select ({at}), gen_random_uuid(), stream_id, version + 1, data, bdata, type, timestamp, tenant_id, mt_dotnet_type,
                        correlation_id, causation_id, headers, user_name, is_archived from qubes.mt_events where seq_id = {(place >= at ? place + 1 : place)}
                    """)
                    ? ("insertion", at)
                    : null;
            case 3:
                return await RunAsync(connection, $"delete from qubes.mt_events where seq_id >= {place}; {(random.Next(2) == 0 ? "" : MendStreams)}") ? ("truncation", place) : null;
            case 4:
                place = random.Next(FirstSigned + 1, last + 1);
                return await RunAsync(connection, $"""
                    delete from qubes.mt_events where seq_id >= {place}; {MendStreams};
                    delete from qubes.qubes_checkpoints where size >= {place};
                    update qubes.qubes_merkle set hashes = substr(hashes, 1, {32 * FirstSigned})
                    """)
                    ? ("roll-back", place)
                    : null;
            case 5:
                await ForgeAsync(connection, place, toEnd: random.Next(2) == 0);
                return ("forgery", place);
            case 6:
                return random.Next(4) switch
                {
                    0 => await RunAsync(connection, "update qubes.qubes_checkpoints set size = size - 1 where number = 1") ? ("checkpoint size", FirstSigned - 1) : null,
                    1 => await RunAsync(connection, "update qubes.qubes_checkpoints set note = replace(note, 'chain ', 'chains ') where number = 2") ? ("checkpoint note", last) : null,
                    2 => await RunAsync(connection, "update qubes.qubes_checkpoints set is_refused = true where number = 1") ? ("checkpoint refused", FirstSigned) : null,
                    _ => await RunAsync(connection, $"update qubes.qubes_checkpoints set note = (select note from qubes.qubes_checkpoints where number = 2) where number = 1")
                        ? ("checkpoint copy", FirstSigned)
                        : null,
                };
            case 7:
                var bit = ((place - 1) * 256) + random.Next(256);
                return await RunAsync(connection, random.Next(5) == 0
                    ? $"update qubes.qubes_merkle set hashes = substr(hashes, 1, {32 * (place - 1)})"
                    : $"update qubes.qubes_merkle set hashes = set_bit(hashes, {bit}, 1 - get_bit(hashes, {bit}))")
                    ? ("tree", place)
                    : null;
            case 8 or 9:
                return await TamperStreamAsync(connection, random, last);
            default:
                var (column, value) = Changes[random.Next(Changes.Length)];
                value = value.Replace("$R", random.Next(1, 1_000_000).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                return await RunAsync(connection, $"update qubes.mt_events set {column} = {value} where seq_id = {place} and {column} is distinct from {value}")
                    ? ($"change {column} = {value}", place)
                    : null;
        }
    }

    private const string MendStreams = """
        delete from qubes.mt_streams where id not in (select stream_id from qubes.mt_events);
        update qubes.mt_streams as s set version = e.version, timestamp = e.time, created = e.created
        from (select stream_id, max(version) as version, max(timestamp) as time, min(timestamp) as created from qubes.mt_events group by stream_id) as e
        where e.stream_id = s.id
        """;

    private static async Task<(string, long)?> TamperStreamAsync(NpgsqlConnection connection, Random random, int last)
    {
        if (random.Next(10) == 0)
        {
            return await RunAsync(connection, $"insert into qubes.mt_streams (id, version) values ('extra', {random.Next(3)})") ? ("stream insertion", last + 1) : null;
        }

        await using var pick = new NpgsqlCommand("select stream_id, max(seq_id), max(version) from qubes.mt_events group by stream_id order by random() limit 1", connection);
        string id;
        long place;
        await using (var reader = await pick.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            (id, place) = (reader.GetString(0), reader.GetInt64(1));
        }

        if (random.Next(10) == 0)
        {
            return await RunAsync(connection, $"delete from qubes.mt_streams where id = '{id}'") ? ("stream deletion", place) : null;
        }

        var (column, value) = StreamChanges[random.Next(StreamChanges.Length)];
        value = value.Replace("$R", random.Next(1, 1_000_000).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var expected = column == "version" && value.StartsWith("version +", StringComparison.Ordinal) ? last + 1 : place;
        return await RunAsync(connection, $"update qubes.mt_streams set {column} = {value} where id = '{id}' and {column} is distinct from {value}")
            ? ($"stream {column} = {value}", expected)
            : null;
    }

    /// <summary>Changes a payload and computes digest and hash anew, as somebody does who knows the rules; up to the end, or of this event alone.</summary>
    private static async Task ForgeAsync(NpgsqlConnection connection, long from, bool toEnd)
    {
        var rows = new List<(EventFrame Frame, long Position)>();
        await using (var read = await CopyRows.OpenAsync(connection, EventColumns.Query + $" where seq_id >= {from} order by seq_id", EventColumns.Count, default))
        {
            while (await read.ReadAsync(default))
            {
                rows.Add((FrameOf(read), read.Integer(EventColumns.Position)));
            }
        }

        await using var find = new NpgsqlCommand($"select headers ->> 'Hash' from qubes.mt_events where seq_id = {from - 1}", connection);
        var hash = await find.ExecuteScalarAsync() is string text ? Convert.FromHexString(text) : new byte[32];
        foreach (var (frame, position) in rows.Take(toEnd ? int.MaxValue : 1))
        {
            var digest = position == from ? System.Security.Cryptography.SHA256.HashData(frame.Digest) : frame.Digest;
            var salt = new byte[16];
            var content = position == from ? new EventContent(salt, "{\"Forged\": 1}", null, null, null, "{}") : null;
            digest = content?.ComputeDigest() ?? digest;
            hash = (frame with { Previous = hash, Digest = digest }).ComputeHash(position);
            var change = content is null
                ? ""
                : $", data = '{content.Payload}', correlation_id = null, causation_id = null, user_name = null";
            var headers = content is null
                ? "headers"
                : $"jsonb_build_object('Salt', '{Convert.ToHexStringLower(salt)}', 'Digest', '{Convert.ToHexStringLower(digest)}', 'Retention', headers -> 'Retention', 'Schema', 1)";
            await RunAsync(connection, $"update qubes.mt_events set headers = {headers} || jsonb_build_object('Hash', '{Convert.ToHexStringLower(hash)}'){change} where seq_id = {position}");
        }
    }

    private static EventFrame FrameOf(CopyRows row)
    {
        var chain = ChainHeaders.Read(row.Json(EventColumns.Headers));
        return new EventFrame(
            [], row.Guid(EventColumns.Id), Text(row, EventColumns.Stream), row.Integer(EventColumns.Version), row.Microseconds(EventColumns.Time), Text(row, EventColumns.Type),
            Text(row, EventColumns.ClrType), chain.Retention, chain.Schema, chain.Digest, null);
    }

    private static string Text(CopyRows row, int column) => System.Text.Encoding.UTF8.GetString(row.Bytes(column));

    private static async Task<bool> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync() > 0;
    }
}
