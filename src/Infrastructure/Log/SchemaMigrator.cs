using System.Globalization;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes the log's tables and brings them up to date, by numbered scripts, all in one transaction; refuses what it does not know.</summary>
/// <remarks>Needs the rights of the database's owner, no more. Description: docs/event-log.md.</remarks>
internal sealed class SchemaMigrator
{
    private static readonly IReadOnlyList<(int Version, string Name)> Scripts = FindScripts();

    private static readonly (string Sql, string What)[] ForeignLayouts =
    [
        ("exists (select from pg_class where oid = any (array[to_regclass('qubes.mt_events'), to_regclass('qubes.mt_streams')]) and relkind = 'p')",
            "partitioned tables"),
        ("exists (select from pg_attribute where attrelid = to_regclass('qubes.mt_streams') and attname = 'id' and atttypid = 'uuid'::regtype)",
            "streams that are keyed by uuid"),
        ("exists (select from pg_constraint where conrelid = to_regclass('qubes.mt_streams') and contype = 'p' and cardinality(conkey) > 1)",
            "several tenants (conjoined tenancy)"),
        ("to_regclass('qubes.mt_dcb_tag_version') is not null", "event tags"),
    ];

    /// <summary>What a reader is told when nobody has written yet.</summary>
    public const string NoLog = "There is no event log yet: start qubesd once.";

    /// <summary>The version that this program works with.</summary>
    public static int Newest => Scripts[^1].Version;

    /// <summary>Brings the schema to <see cref="Newest"/>; the caller holds the writer's lock.</summary>
    /// <exception cref="LogRefusedException">It is newer, or made by somebody else in a layout that we do not write.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var version = await ReadVersionAsync(connection, ct);
        if (version == Newest)
        {
            return;
        }

        if (version == 0)
        {
            await ExecuteAsync(connection, """
                create schema if not exists qubes;
                create table qubes.qubes_schema (
                    version integer not null, script text not null, applied timestamptz not null, constraint qubes_schema_pkey primary key (version));
                """, ct);
        }

        foreach (var (number, name) in Scripts)
        {
            if (number > version)
            {
                await ExecuteAsync(connection, ReadScript(name), ct);
                await using var note = new NpgsqlCommand("insert into qubes.qubes_schema (version, script, applied) values ($1, $2, now())", connection);
                note.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
                note.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
                await note.ExecuteNonQueryAsync(ct);
            }
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Makes sure that the schema can be read by this program, changing nothing; tells whether the server was started for readers.</summary>
    /// <exception cref="LogRefusedException">There is none, or it is one that we do not know.</exception>
    public static async Task<bool> CheckAsync(NpgsqlConnection connection, CancellationToken ct) => await ReadVersionAsync(connection, ct) == 0
        ? throw new LogRefusedException(NoLog)
        : await FindAsync(connection, "select current_setting('default_transaction_read_only') = 'on'", ct);

    /// <summary>The version of the schema; 0 when there is none.</summary>
    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await FindAsync(connection, "select to_regclass('qubes.qubes_schema') is not null", ct))
        {
            await using var command = new NpgsqlCommand("select coalesce(max(version), 0) from qubes.qubes_schema", connection);
            var version = (int)(await command.ExecuteScalarAsync(ct) ?? 0);
            await RefuseForeignLayoutAsync(connection, ct);
            return version <= Newest ? version : throw new LogRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The event log has schema version {version}, but this qubesd knows versions up to {Newest}: install the newer qubesd again, or restore a backup of the log."));
        }

        await RefuseForeignLayoutAsync(connection, ct);
        return await FindAsync(connection, "select to_regclass('qubes.mt_events') is not null or to_regclass('qubes.mt_streams') is not null", ct)
            ? throw new LogRefusedException(
                "The schema qubes holds Marten tables that qubesd did not make. Give the event log a database of its own, or move that schema away.")
            : 0;
    }

    // One question for all of them: a reader asks before it shows its first line.
    private static async Task RefuseForeignLayoutAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select case {string.Join(' ', ForeignLayouts.Select(variant => $"when {variant.Sql} then '{variant.What}'"))} end", connection);
        if (await command.ExecuteScalarAsync(ct) is string what)
        {
            throw new LogRefusedException(
                $"The schema qubes holds Marten tables with {what}, which qubesd does not write. Give the event log a database of its own, or move that schema away.");
        }
    }

    private static async Task<bool> FindAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static IReadOnlyList<(int Version, string Name)> FindScripts() =>
        [.. typeof(SchemaMigrator).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("Sql/", StringComparison.Ordinal))
            .Select(name => (int.Parse(name.AsSpan(4, 3), CultureInfo.InvariantCulture), name))
            .Order()];

    private static string ReadScript(string name)
    {
        using var stream = typeof(SchemaMigrator).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
