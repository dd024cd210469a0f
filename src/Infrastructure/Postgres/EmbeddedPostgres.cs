using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A private PostgreSQL cluster: made on first use, run as an unprivileged account, reachable through one socket alone.</summary>
/// <remarks>The server lives in a session of its own, so that it outlives a daemon that is killed; the next daemon adopts it.
/// Description: docs/event-log.md.</remarks>
public sealed class EmbeddedPostgres(EmbeddedPostgresOptions options, ILogger logger)
{
    /// <summary>The role that owns the cluster and the database.</summary>
    public const string Role = "qubes";

    /// <summary>The database of the log.</summary>
    public const string Database = "qubes";

    private const int LongestSocketDirectory = 85;
    private const int LaunchAttempts = 5;
    private static readonly TimeSpan LaunchPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly AtomicFileOptions Readable = new()
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        Group = null,
    };

    private readonly string data = options.DataDirectory;
    private ServiceAccount? account;

    /// <summary>The folder of the server's socket.</summary>
    public string SocketDirectory { get; } = ChooseSocketDirectory(options);

    /// <summary>The process id of the running server, or null.</summary>
    public int? ProcessId => PostmasterFile.FindRunning(data)?.ProcessId;

    /// <summary>Whether this object started the server, rather than adopting it.</summary>
    public bool StartedHere { get; private set; }

    /// <summary>How to reach the log's database.</summary>
    public string ConnectionString => Connect(Database);

    private string ConfigurationDirectory => data + ".conf";

    private string ClearNote => data + ".clear";

    private ServiceAccount Account => account ??= ServiceAccount.Choose(options.Account, data);

    /// <summary>Makes the cluster when there is none, starts the server when it does not run, and returns when it takes connections.</summary>
    /// <exception cref="PostgresSetupException">It cannot be run as things are; the message says what to do.</exception>
    public async Task EnsureRunningAsync(CancellationToken ct)
    {
        if (IsUsable(PostmasterFile.FindRunning(data)))
        {
            return;
        }

        Directory.CreateDirectory(options.StateDirectory);
        using var held = await TakeLockAsync(ct);
        var running = await SettleAsync(ct);
        if (IsUsable(running))
        {
            return;
        }

        if (running is not null)
        {
            LogMessages.SocketGone(logger, running.SocketDirectory);
            await StopAsync(running, ct);
        }

        await StartAsync(ct);
    }

    /// <summary>Makes the log's database, on a server that runs.</summary>
    public async Task CreateDatabaseAsync(CancellationToken ct)
    {
        await using var source = new NpgsqlSlimDataSourceBuilder(Connect("postgres")).Build();
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var create = new NpgsqlCommand($"create database {Database} template template0 encoding 'UTF8' locale 'C'", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Stops the server fast, when it runs; what was committed stays.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (!Directory.Exists(data))
        {
            return;
        }

        using var held = await TakeLockAsync(ct);
        if (await SettleAsync(ct) is { } running)
        {
            await StopAsync(running, ct);
        }
    }

    /// <summary>Stops the server and throws its write-ahead log away; the next start begins a new one.</summary>
    /// <remarks>By PostgreSQL's own <c>pg_resetwal</c>, which works on a cluster that was stopped cleanly alone, and loses nothing then. A note lies
    /// beside the cluster meanwhile: one that died in between is brought to its end at the next start.</remarks>
    /// <param name="stopped">Called when the server is down.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="PostgresSetupException">It cannot be done; the server can be started as it is.</exception>
    public async Task ClearJournalAsync(Action stopped, CancellationToken ct)
    {
        using var held = await TakeLockAsync(ct);
        if (await SettleAsync(ct) is { } running)
        {
            await StopAsync(running, ct);
        }

        await File.WriteAllBytesAsync(ClearNote, [], ct);
        UnixFiles.SyncFolder(Path.GetDirectoryName(data) ?? "/");
        stopped();
        await StalePostmaster.ClearAsync(data, SocketDirectory, options.StopTimeout, ct);
        await ResetAsync(await PostgresBinaries.FindAsync(options.BinariesDirectory, new ClusterFolder(data, Account, true).ReadMajor(), data, ct), ct);
    }

    private async Task ResetAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        using var process = Process.Start(Account.Run(Path.Combine(binaries.Directory, "pg_resetwal"), "-D", data))
            ?? throw new PostgresSetupException("pg_resetwal cannot be run");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var complaints = await process.StandardError.ReadToEndAsync(ct);
        await output;
        await process.WaitForExitAsync(ct);
        File.Delete(ClearNote);
        if (process.ExitCode != 0)
        {
            throw new PostgresSetupException($"The write-ahead log in {data} could not be cleared: {complaints.Trim()}");
        }
    }

    private string Connect(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketDirectory,
        Port = ServerSettings.Port,
        Username = Role,
        Database = database,
        Pooling = false,

        // A server that was started for reading may be taken over for writing.
        Options = options.ReadOnly ? null : "-c default_transaction_read_only=off",
    }.ConnectionString;

    private Task<ClusterLock> TakeLockAsync(CancellationToken ct) =>
        ClusterLock.TakeAsync(data + ".lock", options.StartTimeout + options.StopTimeout, ct);

    private bool IsUsable(PostmasterFile? running) => running is { IsReady: true } && running.SocketDirectory == SocketDirectory &&
        File.Exists(Path.Combine(SocketDirectory, ".s.PGSQL.5432"));

    /// <summary>Waits until a server that starts or stops has done so.</summary>
    private async Task<PostmasterFile?> SettleAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var running = PostmasterFile.FindRunning(data);
            if (running is null or { IsReady: true })
            {
                return running;
            }

            if (Stopwatch.GetElapsedTime(started) > options.StartTimeout)
            {
                throw new PostgresSetupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The event log's server (process {running.ProcessId}, {data}) has been {running.Status} for {options.StartTimeout.TotalSeconds:0} s."));
            }

            await Task.Delay(Poll, ct);
        }
    }

    private async Task StopAsync(PostmasterFile running, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var urged = false;
        for (var gone = !Posix.Signal(running.ProcessId, Posix.SigInt); !gone; gone = !PostmasterFile.Serves(running.ProcessId, data))
        {
            if (!urged && Stopwatch.GetElapsedTime(started) > options.StopTimeout)
            {
                urged = true;
                Posix.Signal(running.ProcessId, Posix.SigQuit);
            }

            await Task.Delay(Poll, ct);
        }

        if (Directory.Exists(SocketDirectory))
        {
            Directory.Delete(SocketDirectory, recursive: true);
        }

        LogMessages.ServerStopped(logger, data);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var found = new ClusterFolder(data, Account, options.SyncNewCluster);
        var binaries = await PostgresBinaries.FindAsync(options.BinariesDirectory, found.ReadMajor(), data, ct);
        await Account.EnsureReachesAsync(Path.GetFullPath(options.StateDirectory), ct);
        if (found.ReadMajor() is null)
        {
            if (options.ReadOnly)
            {
                throw new PostgresSetupException(SchemaMigrator.NoLog);
            }

            await found.CreateAsync(binaries, ct);
            LogMessages.ClusterCreated(logger, data, binaries.Major, Account.Name);
        }

        PrepareSocketDirectory();
        await WriteAccessRulesAsync(ct);
        await LaunchAsync(binaries, ct);
        StartedHere = true;
    }

    private void PrepareSocketDirectory()
    {
        Directory.CreateDirectory(SocketDirectory, Private);
        File.SetUnixFileMode(SocketDirectory, Private);
        if (Account.IsOther)
        {
            Posix.ChangeOwner(SocketDirectory, Account.UserId, Account.GroupId);
        }
    }

    /// <summary>Who may connect: the daemon's account and the server's, by the kernel's word, as the owner or as the reader for Marten.</summary>
    /// <remarks>In a folder of our own: as root, nothing is ever written into a folder that belongs to the unprivileged account.</remarks>
    private async Task WriteAccessRulesAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(ConfigurationDirectory);
        File.SetUnixFileMode(ConfigurationDirectory, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var own = Posix.IsRoot ? "root" : Account.Name;
        var map = new StringBuilder();
        foreach (var name in new HashSet<string>([own, Account.Name]))
        {
            map.Append(CultureInfo.InvariantCulture, $"qubes \"{name}\" {Role}\nqubes \"{name}\" qubes_marten\n");
        }

        await AtomicFile.ReplaceAsync(Path.Combine(ConfigurationDirectory, "pg_hba.conf"), "local all all peer map=qubes\n"u8.ToArray(), Readable, ct);
        await AtomicFile.ReplaceAsync(Path.Combine(ConfigurationDirectory, "pg_ident.conf"), Encoding.UTF8.GetBytes(map.ToString()), Readable, ct);
    }

    private async Task LaunchAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        await StalePostmaster.ClearAsync(data, SocketDirectory, options.StopTimeout, ct);
        if (File.Exists(ClearNote))
        {
            await EndClearingAsync(binaries, ct);
        }

        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var (processId, complaint) = await TryLaunchAsync(binaries, started, ct);
            if (complaint is null)
            {
                LogMessages.ServerStarted(logger, data, processId, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                return;
            }

            // The server of a killed postmaster leaves its memory only when the last of its processes has noticed.
            if (attempt == LaunchAttempts)
            {
                throw new PostgresSetupException($"The event log's server did not start: {complaint.Trim()} (its log lies in {data}/log)");
            }

            await Task.Delay(LaunchPause, ct);
        }
    }

    // Whoever began it died: between two of its files the server would not start. A server that ran meanwhile may have to recover first.
    private async Task EndClearingAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        try
        {
            await ResetAsync(binaries, ct);
        }
        catch (PostgresSetupException e)
        {
            LogMessages.NotCleared(logger, e.Message);
        }
    }

    /// <summary>Starts the server and waits until it is ready; gives what it complained about when it ended instead.</summary>
    private async Task<(int ProcessId, string? Complaint)> TryLaunchAsync(PostgresBinaries binaries, long started, CancellationToken ct)
    {
        string[] command = [binaries.Server, "-D", data, .. ServerSettings.Arguments(SocketDirectory, ConfigurationDirectory, options.ReadOnly)];
        using var process = Process.Start(Account.Run("/usr/bin/setsid", command)) ?? throw new PostgresSetupException("/usr/bin/setsid cannot be run");
        process.StandardInput.Close();
        var complaints = process.StandardError.ReadToEndAsync(ct); // until the server's own log collector takes over
        while (PostmasterFile.FindRunning(data) is not { IsReady: true })
        {
            if (process.HasExited)
            {
                return (process.Id, await complaints);
            }

            if (Stopwatch.GetElapsedTime(started) > options.StartTimeout)
            {
                throw new PostgresSetupException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The event log's server was not ready after {options.StartTimeout.TotalSeconds:0} s; it goes on starting (its log lies in {data}/log)."));
            }

            await Task.Delay(Poll, ct);
        }

        return (process.Id, null);
    }

    private static string ChooseSocketDirectory(EmbeddedPostgresOptions options)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.DataDirectory)).AsSpan(0, 8));
        var path = Path.Combine(Path.GetFullPath(options.RuntimeDirectory), "qubes-log-" + hash);
        return Encoding.UTF8.GetByteCount(path) <= LongestSocketDirectory
            ? path
            : throw new PostgresSetupException($"The folder {options.RuntimeDirectory} is too long for a socket below it: name a shorter one.");
    }
}
