using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A log with a folder beside it in which its key and its newest checkpoint lie.</summary>
internal sealed class SignedLog : IAsyncDisposable
{
    private readonly ListLogger logger = new();

    private SignedLog(TestDatabase database, EventLogHost log, string folder) => (Database, Log, Folder) = (database, log, folder);

    public TestDatabase Database { get; }

    public EventLogHost Log { get; private set; }

    public string Folder { get; }

    public IReadOnlyList<string> Said => logger.Lines;

    public CheckpointFiles Files => new(Folder);

    public CheckpointOptions Options { get; set; } = null!; // set when it is made

    public CheckpointVerifierKey Key => Files.ReadKey() ?? throw new InvalidOperationException("there is no key yet");

    public static async Task<SignedLog> CreateAsync(TestServer server)
    {
        var database = await TestDatabase.CreateAsync(server);
        var folder = Directory.CreateTempSubdirectory("qubes-proof-").FullName;
        return new SignedLog(database, await database.OpenAsync(), folder)
        {
            Options = new CheckpointOptions { KeyFile = Path.Combine(folder, "key"), Folder = folder, Every = TimeSpan.FromMilliseconds(20), Retry = TimeSpan.FromMilliseconds(50) },
        };
    }

    /// <summary>Appends events of one stream, one commit for all.</summary>
    public Task AppendAsync(int qube, int count) => AppendAsync(Enumerable.Range(0, count).Select(number => Given.Tag(qube, $"tag-{number}")));

    public async Task AppendAsync(IEnumerable<PendingEvent> events) => await Log.Appender.AppendAsync([.. events], default);

    /// <summary>Makes a checkpoint as a daemon does that stops.</summary>
    public async Task SignAsync()
    {
        using var keeper = Log.MakeCheckpoints(Options, TimeProvider.System, logger);
        await keeper.FlushAsync(default);
    }

    /// <summary>Opens the log again, as after a restart of the daemon.</summary>
    public async Task ReopenAsync()
    {
        await Log.DisposeAsync();
        Log = await Database.OpenAsync();
    }

    public Task<ChainReport> VerifyAsync(bool withFile = true) => Log.Verifier.VerifyAsync(
        new VerifyOptions { Key = Files.ReadKey(), Outside = withFile && Files.ReadNewest() is { } newest ? [new OutsideCheckpoint("the file", newest)] : [] }, default);

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class ListLogger : ILogger
    {
        private readonly List<string> lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (lines)
                {
                    return [.. lines];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add($"{logLevel} {formatter(state, exception)}");
            }
        }
    }
}
