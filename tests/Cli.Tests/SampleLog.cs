using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>A log on a PostgreSQL of its own that holds the sample store and then a change of <c>work</c>; the daemon is not running.</summary>
public class SampleLog : IAsyncLifetime
{
    private const string State = "var/lib/qubes/log";

    /// <summary>When everything happened.</summary>
    protected static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public SampleLog() => Root = Directory.CreateDirectory($"/var/tmp/qubes-history-{Environment.ProcessId}-{GetType().Name}").FullName;

    /// <summary>Whether the server of the log stays up between the runs, as it does for readers while the daemon runs; else each run starts it and stops it again, which
    /// takes longer than the run itself.</summary>
    protected virtual bool KeepsServer => true;

    /// <summary>The folder for <c>--root</c>.</summary>
    public string Root { get; }

    /// <summary>The position after the import, before the change.</summary>
    public long Imported { get; private set; }

    /// <summary>The position of the change: memory of <c>work</c> from 400 to 600.</summary>
    public long Changed { get; private set; }

    public virtual async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Root, State));
        await using var log = await OpenAsync();
        var import = QubesXmlReader.Read(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "qubes.xml")), () => new QubeId(Guid.NewGuid()));
        Imported = await AppendAsync(log, "qubesd.import", import.Events);
        var work = import.Events.OfType<QubeAdded>().Single(qube => qube.Name == Qube);
        var earlier = work.Properties.Where(value => value.Name == "memory").Select(value => value.Value).FirstOrDefault();
        Changed = await AppendAsync(log, "admin.vm.property.Set", [new PropertySet(work.Qube, "memory", PropertyValue.Of(600), earlier)]);
        await ContinueAsync(log, work.Qube);
    }

    /// <summary>What more there is in the log.</summary>
    protected virtual Task ContinueAsync(EventLogHost log, QubeId work) => Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await new EmbeddedPostgres(Cluster(Root), NullLogger.Instance).StopAsync(CancellationToken.None);
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>A qube of the sample that no test changes but this one.</summary>
    public const string Qube = "work";

    /// <summary>Opens the log for writing.</summary>
    public Task<EventLogHost> OpenAsync() => OpenAsync(Root, KeepsServer);

    private static Task<EventLogHost> OpenAsync(string root, bool keepsServer) =>
        EventLogHost.OpenAsync(new LogOptions { Embedded = Cluster(root), StopServerOnClose = !keepsServer }, NullLogger.Instance, CancellationToken.None);

    private static EmbeddedPostgresOptions Cluster(string root) => new() { StateDirectory = Path.Combine(root, State), SyncNewCluster = false };

    /// <summary>Runs <c>qubes-history</c> on the log as a process of its own.</summary>
    public Task<Finished> RunAsync(params string[] arguments) => RunOnAsync(Root, arguments);

    /// <summary>Runs <c>qubes-history</c> on another folder.</summary>
    public static Task<Finished> RunOnAsync(string root, params string[] arguments) => RunRawAsync([.. arguments, "--root", root]);

    /// <summary>Runs <c>qubes-history</c> with nothing but these arguments.</summary>
    public static async Task<Finished> RunRawAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "qubes-history"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Appends a label to the log in another folder; gives its position.</summary>
    public static async Task<long> AppendToAsync(string root, string method)
    {
        await using var log = await OpenAsync(root, keepsServer: false);
        return await AppendAsync(log, method, [new LabelAdded(20, "teal", "0x00a0a0")], Time.AddDays(1));
    }

    /// <summary>Appends events; gives the position of the last.</summary>
    protected static async Task<long> AppendAsync(EventLogHost log, string method, IEnumerable<DomainEvent> events, DateTimeOffset? time = null)
    {
        var metadata = new EventMetadata("0123456789abcdef", null, "dom0") { Method = method };
        var recorded = await log.Appender.AppendAsync([.. events.Select(change => new PendingEvent(change, time ?? Time, metadata))], CancellationToken.None);
        return recorded[^1].Position.Value;
    }
}

/// <summary>How a run ended.</summary>
public sealed record Finished(int ExitCode, string Output, string Error);
