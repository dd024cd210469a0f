using System.Diagnostics;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One root directory of a daemon, with everything that runs in it; disposing ends and deletes it.</summary>
internal sealed class RootFolder : IAsyncDisposable
{
    private const int LongestSocketPath = 107;

    private const UnixFileMode OpenToAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly List<DaemonProcess> daemons = [];
    private readonly List<string> mounts = [];

    private RootFolder(string path)
    {
        Path = path;
        Leftovers.AddRoot(path);
    }

    public string Path { get; }

    public string LogFile => Path + ".log";

    public string StateFolder => Below("/var/lib/qubes");

    public string StoreFile => Below("/var/lib/qubes/qubes.xml");

    public string ConfigurationFile => Below("/etc/qubes/qubesd.yaml");

    public string Sockets => Below("/run");

    /// <summary>Makes an empty root that every account may enter: PostgreSQL runs under one of its own.</summary>
    public static RootFolder Create()
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"qe-{Environment.ProcessId:x}-{Guid.NewGuid().ToString("N")[..8]}");
        if (System.IO.Path.Combine(path, "run", "qubesd.internal.sock").Length > LongestSocketPath)
            Assert.Fail($"The temporary folder {System.IO.Path.GetTempPath()} is too deep for sockets below it: set TMPDIR to a shorter one.");
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, OpenToAll);
        foreach (var installed in new[] { "run/qubes/policy.d", "etc/qubes/policy.d/include", "etc/qubes-rpc/policy" })
            Directory.CreateDirectory(System.IO.Path.Combine(path, installed)); // as the installation brings them
        return new RootFolder(path);
    }

    /// <summary>The place on disk of an absolute path of the product.</summary>
    public string Below(string productPath) => System.IO.Path.Combine(Path, productPath.TrimStart('/'));

    /// <summary>Starts a daemon here and waits until it answers.</summary>
    public async Task<DaemonProcess> StartAsync(CancellationToken ct, DaemonOptions? options = null)
    {
        var daemon = Launch(options);
        await daemon.WaitReadyAsync(ct);
        return daemon;
    }

    /// <summary>Starts a daemon here without waiting for it.</summary>
    public DaemonProcess Launch(DaemonOptions? options = null)
    {
        var daemon = DaemonProcess.Launch(this, options ?? new DaemonOptions());
        daemons.Add(daemon);
        return daemon;
    }

    /// <summary>Writes the configuration of the daemons that start here from now on.</summary>
    public async Task ConfigureAsync(string yaml, CancellationToken ct)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(ConfigurationFile) ?? Path);
        await File.WriteAllTextAsync(ConfigurationFile, yaml, ct);
    }

    /// <summary>Mounts a small file system of its own at a product path.</summary>
    public async Task MountSmallDiskAsync(string productPath, int sizeMebibytes, CancellationToken ct)
    {
        var image = Path + ".img";
        var target = Below(productPath);
        Directory.CreateDirectory(target);
        await Command.RunAsync("truncate", ["-s", $"{sizeMebibytes}M", image], ct);
        await Command.RunAsync("mkfs.ext4", ["-q", "-m", "0", image], ct);
        await Command.RunAsync("mount", ["-o", "loop", image, target], ct);
        mounts.Add(target);
        // A database cluster is only made in an empty folder.
        Directory.Delete(System.IO.Path.Combine(target, "lost+found"));
    }

    /// <summary>Kills the postmasters of this root as a crash of the server would, and waits until they are gone.</summary>
    public async Task<IReadOnlyList<int>> KillPostmastersAsync(CancellationToken ct)
    {
        var killed = Leftovers.EndPostmasters(Path);
        await Eventually.TrueAsync("the killed postmasters are gone", () => !killed.Exists(Leftovers.Lives), TimeSpan.FromSeconds(10), ct);
        return killed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();
        await EndPostmastersAsync();
        foreach (var mount in mounts)
            await Command.TryRunAsync("umount", ["-l", mount]);
        Leftovers.RemoveRoot(Path);
        if (!Knobs.KeepRoots)
            await DeleteAsync();
    }

    // A daemon that was killed leaves its postmaster. An immediate shutdown lets it free its shared memory, a kill would not.
    private async Task EndPostmastersAsync()
    {
        foreach (var pid in Leftovers.Postmasters(Path))
            Native.Signal(pid, Native.SignalQuit);
        if (!await Eventually.IsAsync(() => Leftovers.Postmasters(Path).Count == 0, TimeSpan.FromSeconds(5), CancellationToken.None))
            Leftovers.EndPostmasters(Path);
    }

    private async Task DeleteAsync()
    {
        var watch = Stopwatch.StartNew();
        // Backends that have not noticed their postmaster's end yet may still write.
        while (await Command.TryRunAsync("rm", ["-rf", Path, LogFile, Path + ".img"]) != 0 && watch.Elapsed < TimeSpan.FromSeconds(5))
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
    }
}
