using Qubes.Cqrs.Benchmarks.Hosts;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>A naive table in a database of its own on the daemon's PostgreSQL server, dropped at the end.</summary>
public sealed class InsertTable : IAsyncDisposable
{
    /// <summary>The database that holds the table, so that the daemon's own schema stays as it is.</summary>
    public const string Database = "qubes_bench";

    /// <summary>The one-row insert; its parameter is the text of the row.</summary>
    public const string Insert = "insert into naive (body) values ($1)";

    /// <summary>A row about as long as a small event.</summary>
    public static readonly string Body = new('x', 160);

    private readonly PostgresServer server;

    private InsertTable(PostgresServer server) => this.server = server;

    /// <summary>Creates the database and its table.</summary>
    public static async Task<InsertTable> CreateAsync(PostgresServer server, CancellationToken ct)
    {
        await server.ExecuteAsync("postgres", $"drop database if exists {Database} with (force)", ct);
        await server.ExecuteAsync("postgres", $"create database {Database}", ct);
        await server.ExecuteAsync(
            Database, "create table naive (id bigint generated always as identity primary key, body text not null)", ct);
        return new(server);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await server.ExecuteAsync("postgres", $"drop database if exists {Database} with (force)", CancellationToken.None);
}
