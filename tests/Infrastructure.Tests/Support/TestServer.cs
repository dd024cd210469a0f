using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Qubes.Cqrs.Infrastructure.Tests;

[assembly: AssemblyFixture(typeof(TestServer))]

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The server of the tests: the one that QUBES_TEST_PG names, else a throw-away cluster that is gone afterwards.</summary>
public sealed class TestServer : IAsyncLifetime
{
    private EmbeddedPostgres? server;
    private string? directory;

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("QUBES_TEST_PG") is { Length: > 0 } given)
        {
            ConnectionString = given;
            return;
        }

        directory = await TestFolder.CreateAsync();
        server = new EmbeddedPostgres(new EmbeddedPostgresOptions { StateDirectory = directory, SyncNewCluster = false }, NullLogger.Instance);
        await server.EnsureRunningAsync(CancellationToken.None); // without PostgreSQL this fails and says how to install it
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres" }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (directory is not null)
        {
            await TestFolder.RemoveAsync(directory);
        }
    }

    /// <summary>Runs SQL in the maintenance database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Folders for throw-away clusters; those of test runs that were killed are cleared up by the next run.</summary>
internal static class TestFolder
{
    private const string Prefix = "qubes-log-test-";

    public static async Task<string> CreateAsync()
    {
        foreach (var old in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var owner = Path.GetFileName(old)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists("/proc/" + owner))
            {
                await RemoveAsync(old);
            }
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        var path = Path.Combine(Path.GetTempPath(), name);
        Directory.CreateDirectory(path);
        return path;
    }

    public static EmbeddedPostgresOptions Options(string path) => new() { StateDirectory = path, SyncNewCluster = false };

    public static async Task RemoveAsync(string path)
    {
        var server = new EmbeddedPostgres(Options(path), NullLogger.Instance);
        await server.StopAsync(CancellationToken.None);
        if (Directory.Exists(server.SocketDirectory))
        {
            Directory.Delete(server.SocketDirectory, recursive: true);
        }

        if (File.ReadLines("/proc/mounts").Any(line => line.Split(' ')[1] == path))
        {
            using var unmount = Process.Start("/usr/bin/umount", ["--lazy", path]);
            await unmount.WaitForExitAsync();
        }

        Directory.Delete(path, recursive: true);
    }
}
