using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A database for one test, or one test class.</summary>
public sealed class TestDatabase(TestServer server) : IAsyncLifetime
{
    private readonly string name = "test_" + Guid.NewGuid().ToString("N");

    public string ConnectionString { get; private set; } = "";

    public LogOptions Options => new() { ConnectionString = ConnectionString };

    public static async Task<TestDatabase> CreateAsync(TestServer server)
    {
        var database = new TestDatabase(server);
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        await server.ExecuteAsync($"create database {name} template template0 encoding 'UTF8' locale 'C'");
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false }.ConnectionString;
    }

    public async ValueTask DisposeAsync() => await server.ExecuteAsync($"drop database {name} with (force)");

    public Task<EventLogHost> OpenAsync(Func<LogOptions, LogOptions>? change = null) =>
        EventLogHost.OpenAsync(change is null ? Options : change(Options), NullLogger.Instance, CancellationToken.None);

    /// <summary>Ends all sessions on it.</summary>
    public Task TerminateAsync(TestServer maintenance) =>
        maintenance.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync(), sql);
        return await reader.GetFieldValueAsync<T>(0);
    }

    public async Task<ImmutableArray<string>> ListAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = ImmutableArray.CreateBuilder<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines.ToImmutable();
    }
}

/// <summary>Short ways to make events.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Time = new(2026, 5, 4, 3, 2, 1, 234, TimeSpan.Zero);

    public static readonly EventMetadata Metadata = new("request-1", "request-0", "dom0")
    {
        Method = "admin.vm.tag.Set",
        Argument = "audio",
        Destination = "work",
        Peer = new Peer(1000, 4711, "qvm-tags"),
    };

    public static QubeId Qube(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public static PendingEvent Tag(int qube, string tag, DateTimeOffset? time = null, EventMetadata? metadata = null) =>
        new(new TagAdded(Qube(qube), tag), time ?? Time, metadata ?? Metadata);

    public static ImmutableArray<PendingEvent> Tags(int qube, params IEnumerable<string> tags) => [.. tags.Select(tag => Tag(qube, tag))];

    public static async Task<List<RecordedEvent>> ReadAllAsync(this EventLogHost host, long after = 0, long? upTo = null)
    {
        var events = new List<RecordedEvent>();
        await foreach (var @event in host.Reader.ReadAsync(new LogPosition(after), upTo is { } last ? new LogPosition(last) : null, CancellationToken.None))
        {
            events.Add(@event);
        }

        return events;
    }
}
