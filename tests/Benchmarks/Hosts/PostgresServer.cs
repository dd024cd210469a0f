using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>Connections and programs for the PostgreSQL server that holds a daemon's log.</summary>
public sealed class PostgresServer
{
    private readonly uint connectAs;

    private PostgresServer(Postmaster postmaster, string account, uint connectAs)
    {
        Postmaster = postmaster;
        Account = account;
        this.connectAs = connectAs;
    }

    /// <summary>The server's process.</summary>
    public Postmaster Postmaster { get; }

    /// <summary>The system account that owns the cluster.</summary>
    public string Account { get; }

    /// <summary>The database superuser: PGUSER if that is set, else the one of the embedded cluster.</summary>
    public string Role => Environment.GetEnvironmentVariable("PGUSER") is { Length: > 0 } chosen ? chosen : "qubes";

    /// <summary>Finds out how the server lets us in: as ourselves, else as the account that owns the cluster.</summary>
    public static async Task<PostgresServer> OpenAsync(Postmaster postmaster, CancellationToken ct)
    {
        var account = await AccountAsync(postmaster.User, ct);
        var asOurselves = new PostgresServer(postmaster, account, Native.EffectiveUser());
        try
        {
            await using var connection = await asOurselves.ConnectAsync("postgres");
            return asOurselves;
        }
        catch (PostgresException refusal) when (refusal.SqlState.StartsWith("28", StringComparison.Ordinal))
        {
            return new(postmaster, account, postmaster.User);
        }
    }

    /// <summary>Opens a connection that commits durably.</summary>
    public Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = Postmaster.SocketDirectory,
            Port = Postmaster.Port,
            Username = Role,
            Database = database,
            Pooling = false,
            CommandTimeout = 0,
            Options = "-c synchronous_commit=on",
        };
        return ThreadUser.RunAsync(connectAs, () =>
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            connection.Open();
            return connection;
        });
    }

    /// <summary>Runs a statement in the given database.</summary>
    public async Task ExecuteAsync(string database, string statement, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Asks for one value in the given database.</summary>
    public async Task<T> ScalarAsync<T>(string database, string query, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(query, connection);
        var value = await command.ExecuteScalarAsync(ct);
        return value is T typed ? typed : throw new BenchmarkException($"No answer to {query}");
    }

    /// <summary>How to run one of PostgreSQL's programs as the cluster's account; null if the program is not installed.</summary>
    public ProcessStartInfo? Program(string name, params IEnumerable<string> arguments)
    {
        var program = Path.Combine(Postmaster.ProgramDirectory ?? "", name);
        if (!File.Exists(program))
            return null;
        string[] lead = Native.EffectiveUser() == Postmaster.User ? [program] : ["runuser", "-u", Account, "--", program];
        var start = new ProcessStartInfo(lead[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in lead.Skip(1).Concat(arguments))
            start.ArgumentList.Add(argument);
        start.Environment["PGHOST"] = Postmaster.SocketDirectory;
        start.Environment["PGPORT"] = Postmaster.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = Role;
        start.Environment["PGOPTIONS"] = "-c synchronous_commit=on";
        return start;
    }

    private static async Task<string> AccountAsync(uint user, CancellationToken ct)
    {
        var entry = await Tool.RunAsync(
            new("getent") { ArgumentList = { "passwd", user.ToString(CultureInfo.InvariantCulture) } }, ct);
        return entry.Output.Split(':')[0];
    }
}
