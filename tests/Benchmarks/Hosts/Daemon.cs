using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>One run of qubesd below a root of its own.</summary>
/// <remarks>Disposing it stops the daemon, and the PostgreSQL server below the root if the daemon left it running.</remarks>
public sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);
    private readonly string root;
    private readonly Process process;
    private readonly long started;
    private bool disposed;

    private Daemon(string root, Process process, long started)
    {
        this.root = root;
        this.process = process;
        this.started = started;
    }

    /// <summary>The daemon's process.</summary>
    public int ProcessId => process.Id;

    /// <summary>The socket of the Admin API.</summary>
    public string SocketPath => SocketBelow(root);

    /// <summary>The socket of the policy daemon and of scripts in dom0.</summary>
    public string InternalSocketPath => Path.Combine(root, "run/qubesd.internal.sock");

    /// <summary>Where the output of all runs below the root is kept.</summary>
    public string OutputFile => Path.Combine(root, "qubesd.out");

    /// <summary>The server that holds the log.</summary>
    public Postmaster Postmaster =>
        Postmaster.Find(root) ?? throw new BenchmarkException($"No running PostgreSQL below {root}/var/lib/qubes.");

    /// <summary>Starts the daemon without waiting for anything.</summary>
    /// <param name="root">The folder that stands for the root of the file system.</param>
    /// <param name="import">A qubes.xml to begin with, or null.</param>
    /// <param name="host">The description of the simulated host, or null for the usual one.</param>
    public static Daemon Start(string root, string? import = null, string? host = null)
    {
        // The shell opens the file for the output and is then replaced, so that we need not copy it and the process is our child.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        string[] arguments =
        [
            "-c", "out=$1; shift; exec \"$@\" >>\"$out\" 2>&1 </dev/null", "sh", Path.Combine(root, "qubesd.out"),
            Installation.Daemon, "run", "--root", root, "--simulate", host ?? Installation.HostFile,
        ];
        foreach (var argument in arguments.Concat(import is null ? [] : ["--import", import]))
            start.ArgumentList.Add(argument);
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new BenchmarkException("The daemon did not start.");
        return new(root, process, started);
    }

    /// <summary>Asks until the request is answered OK and returns the time that has passed since the start.</summary>
    public async Task<TimeSpan> AnswersAsync(FrameWriter frame, TimeSpan patience, CancellationToken ct)
    {
        var client = new ApiClient(SocketPath);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(patience);
        try
        {
            while (!process.HasExited)
            {
                if (await TryAsync(client, frame, waiting.Token))
                    return Stopwatch.GetElapsedTime(started);
                await Task.Delay(1, waiting.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new BenchmarkException($"qubesd did not answer OK within {patience.TotalSeconds:0} s but {client.ReplyText}\n{LastOutput()}");
        }
        throw new BenchmarkException(string.Create(
            CultureInfo.InvariantCulture, $"qubesd ended with {process.ExitCode} before it answered:\n{LastOutput()}"));
    }

    /// <summary>Kills the daemon with SIGKILL; PostgreSQL stays as it is.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Stops the daemon with SIGTERM and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (process.HasExited)
            return;
        Native.Signal(process.Id, Native.SigTerm);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Progress.Say($"qubesd ignored SIGTERM and is killed.");
            await KillAsync();
        }
    }

    /// <summary>Leaves this run to itself after it was killed; nothing is stopped.</summary>
    public void Forget()
    {
        disposed = true;
        process.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await StopAsync();
        process.Dispose();
        if (Postmaster.Find(root) is { } left)
            await left.StopAsync();
    }

    private static async Task<bool> TryAsync(ApiClient client, FrameWriter frame, CancellationToken ct)
    {
        try
        {
            await client.ExchangeAsync(frame, 0, ct);
            return client.Succeeded;
        }
        catch (SocketException)
        {
            return false; // Not listening yet.
        }
    }

    private static string SocketBelow(string root) => Path.Combine(root, "run/qubesd.sock");

    private string LastOutput() =>
        File.Exists(OutputFile) ? string.Join('\n', File.ReadLines(OutputFile).TakeLast(20)) : "(no output)";
}
