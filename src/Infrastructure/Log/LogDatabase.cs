using Npgsql;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The ways to the log's database: sessions of one's own, and a small pool for reading.</summary>
internal sealed class LogDatabase : IAsyncDisposable
{
    private const int ReadingSessions = 6;
    private const int ReadBuffer = 1 << 16;

    private readonly NpgsqlDataSource single;
    private readonly NpgsqlDataSource pooled;

    /// <param name="connectionString">The server.</param>
    /// <param name="connectTimeout">How long an attempt to connect may take.</param>
    /// <param name="commandTimeout">How long a statement may take.</param>
    /// <param name="isReader">Whether nothing is ever written: a reader needs none of the server's own types, and asks for them no more.</param>
    public LogDatabase(string connectionString, TimeSpan connectTimeout, TimeSpan commandTimeout, bool isReader)
    {
        single = Build(connectionString, connectTimeout, commandTimeout, isReader, builder => builder.Pooling = false);
        pooled = Build(connectionString, connectTimeout, commandTimeout, isReader, builder =>
        {
            builder.Pooling = true;
            builder.MinPoolSize = 0;
            builder.MaxPoolSize = ReadingSessions;
            builder.ConnectionIdleLifetime = 60;
            builder.ReadBufferSize = ReadBuffer;
        });
    }

    /// <summary>Opens a session that is closed, and gives back its locks, together with the connection.</summary>
    public ValueTask<NpgsqlConnection> OpenOwnAsync(CancellationToken ct) => single.OpenConnectionAsync(ct);

    /// <summary>Borrows a session.</summary>
    public ValueTask<NpgsqlConnection> OpenPooledAsync(CancellationToken ct) => pooled.OpenConnectionAsync(ct);

    /// <summary>A command that borrows a session.</summary>
    public NpgsqlCommand CreateCommand(string sql) => pooled.CreateCommand(sql);

    /// <summary>Reads all that a query gives.</summary>
    /// <param name="query">The query, of constants alone.</param>
    /// <param name="columns">How many columns it gives.</param>
    /// <param name="decode">Makes a value of a row.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="EventLogUnavailableException">The server cannot be reached or used.</exception>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(string query, int columns, Func<CopyRows, T> decode, CancellationToken ct)
    {
        try
        {
            await using var connection = await OpenPooledAsync(ct);
            return await CopyRows.ReadAllAsync(connection, query, columns, decode, ct);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw PostgresErrors.Translate(e);
        }
    }

    /// <summary>Closes idle sessions, for example to a server that is gone.</summary>
    public void ForgetSessions() => pooled.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await single.DisposeAsync();
        await pooled.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, TimeSpan connect, TimeSpan command, bool isReader, Action<NpgsqlConnectionStringBuilder> adjust)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(!isReader));
        var settings = builder.ConnectionStringBuilder;
        settings.Timezone = "UTC";
        settings.Enlist = false;
        settings.MaxAutoPrepare = 0;
        settings.IncludeErrorDetail = false;
        settings.LogParameters = false;
        settings.TcpKeepAlive = true;
        settings.Timeout = Seconds(connect);
        settings.CommandTimeout = Seconds(command);
        settings.ApplicationName ??= "qubesd";
        adjust(settings);
        return builder.Build();
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
