using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One run of the daemon in a root directory.</summary>
/// <remarks>
/// Its output goes to a file, not to pipes: the postmaster that it starts inherits them and may outlive it, and waiting for
/// the end of a pipe would then wait for the postmaster.
/// </remarks>
internal sealed class DaemonProcess : IAsyncDisposable
{
    /// <summary>A first start initialises a database cluster; a slow disk may take its time.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan KindStop = TimeSpan.FromSeconds(10);

    private const int LogTailLines = 30;
    private const int LongestLogLine = 300;
    private const int WantedDescriptors = 65536;

    private const string Script =
        "ulimit -n \"$QUBES_TEST_NOFILE\" 2>/dev/null; log=$1; hidden=$2; shift 2; "
        + "if [ -n \"$hidden\" ]; then mount --make-rprivate / && mount -t tmpfs none \"$hidden\" || exit 99; fi; exec \"$@\" >>\"$log\" 2>&1";

    private readonly RootFolder root;
    private readonly Process process;
    private readonly long logStart;

    private DaemonProcess(RootFolder root, Process process, long logStart)
    {
        this.root = root;
        this.process = process;
        this.logStart = logStart;
        Pid = process.Id;
        Sockets = new DaemonSockets(root.Sockets);
        Leftovers.AddDaemon(Pid);
    }

    public int Pid { get; }

    public DaemonSockets Sockets { get; }

    public AdminClient Client => Sockets.Client();

    /// <summary>What this run wrote to its output so far.</summary>
    public string Log
    {
        get
        {
            if (!File.Exists(root.LogFile))
                return "";
            using var file = new FileStream(root.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(Math.Min(logStart, file.Length), SeekOrigin.Begin);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
    }

    /// <summary>The end of the log, for the message of a failing test.</summary>
    public string Tail
    {
        get
        {
            var lines = Log.TrimEnd().Split('\n');
            var shown = lines.TakeLast(LogTailLines).Select(line => line.Length > LongestLogLine ? line[..LongestLogLine] + "…" : line);
            return $"--- end of the daemon's output ---\n{string.Join('\n', shown)}";
        }
    }

    public bool HasExited => process.HasExited;

    /// <summary>How many descriptors it has open; libraries, which are loaded at a first use and stay, do not count.</summary>
    public int Descriptors => Directory.GetFiles($"/proc/{Pid}/fd").Count(link => !IsLibrary(link));

    private static bool IsLibrary(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget is { } target && (target.EndsWith(".dll", StringComparison.Ordinal) || target.Contains(".so", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false; // it was closed meanwhile
        }
    }

    public static DaemonProcess Launch(RootFolder root, DaemonOptions options)
    {
        string[] shell = options.HiddenFolder is null ? ["/bin/sh"] : ["unshare", "-m", "/bin/sh"];
        var start = new ProcessStartInfo(
            shell[0], [.. shell[1..], "-c", Script, "sh", root.LogFile, options.HiddenFolder ?? "", .. Arguments(root, options)]);
        start.Environment["QUBES_TEST_NOFILE"] = WantedDescriptors.ToString(CultureInfo.InvariantCulture);
        Set(start, "QUBESD_FAULT", options.Fault);
        Set(start, "QUBESD_STORAGE_FAULT", options.StorageFault);
        Set(start, "QUBESD_STORAGE_STEPS", options.StorageSteps);
        Set(start, "NOTIFY_SOCKET", options.NotifySocket);
        var logStart = File.Exists(root.LogFile) ? new FileInfo(root.LogFile).Length : 0;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        return new DaemonProcess(root, process, logStart);
    }

    /// <summary>Waits until every socket takes connections; they open one after the other.</summary>
    public async Task WaitReadyAsync(CancellationToken ct)
    {
        await Eventually.TrueAsync("the daemon accepts connections", () => HasExited || Sockets.All.All(Accepts), StartLimit, ct, () => Tail);
        if (HasExited)
            Assert.Fail($"The daemon ended with code {process.ExitCode} instead of getting ready.\n{Tail}");
    }

    public void Terminate() => Native.Signal(Pid, Native.SignalTerminate);

    /// <summary>Kills the daemon alone, as a crash would; its postmaster lives on.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        if (!HasExited)
            Native.Signal(Pid, Native.SignalKill);
        await WaitForExitAsync(StopLimit, ct);
    }

    /// <summary>Asks it to stop and returns its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken ct)
    {
        Terminate();
        return await WaitForExitAsync(StopLimit, ct);
    }

    public async Task<int> WaitForExitAsync(TimeSpan limit, CancellationToken ct)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Assert.Fail($"The daemon did not end within {limit.TotalSeconds:0} s.\n{Tail}");
        }

        Leftovers.RemoveDaemon(Pid);
        return process.ExitCode;
    }

    /// <summary>Fails the test when the daemon is gone, with what it said last.</summary>
    public void AssertAlive()
    {
        if (HasExited)
            Assert.Fail($"The daemon died with code {process.ExitCode}.\n{Tail}");
    }

    /// <summary>Stops it kindly, so that its PostgreSQL tidies up after itself too, and kills it when that does not help.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Terminate();
            if (!await Eventually.IsAsync(() => process.HasExited, KindStop, CancellationToken.None))
                Native.Signal(Pid, Native.SignalKill);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        Leftovers.RemoveDaemon(Pid);
        process.Dispose();
    }

    private static bool Accepts(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static List<string> Arguments(RootFolder root, DaemonOptions options)
    {
        List<string> arguments = [Repository.Daemon(), "run", "--root", root.Path];
        if (options.Simulate is { } host)
            arguments.AddRange(["--simulate", host]);
        if (options.Import is { } store)
            arguments.AddRange(["--import", store]);
        if (options.Configuration is { } file)
            arguments.AddRange(["--config", file]);
        return arguments;
    }

    private static void Set(ProcessStartInfo start, string variable, string? value)
    {
        // The test's own environment must not reach the daemon here: its faults and notices are the test's to choose.
        start.Environment.Remove(variable);
        if (value is not null)
            start.Environment[variable] = value;
    }
}
