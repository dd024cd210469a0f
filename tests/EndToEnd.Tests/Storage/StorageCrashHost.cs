using System.Globalization;
using System.Net.Sockets;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A host whose daemon dies at chosen steps of storage, and what has to hold after it was started again.</summary>
internal sealed class StorageCrashHost : IAsyncDisposable
{
    private const string Pool = "/var/lib/qubes";
    private const string Settled = "storage is settled";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AfterReply = TimeSpan.FromMilliseconds(400);
    private static readonly string[] Kinds = ["appvms", "vm-templates"];

    private readonly RootFolder root;
    private readonly CancellationToken ct;
    private DaemonProcess? daemon;

    private StorageCrashHost(RootFolder root, CancellationToken ct) => (this.root, this.ct) = (root, ct);

    /// <summary>The step that the daemon did not live to make, the last time that it died.</summary>
    public string LastStepOfDead { get; private set; } = "";

    private DaemonProcess Daemon => daemon ?? throw new InvalidOperationException("No daemon was started.");

    private string StepsFile => root.Path + "/steps";

    private string FaultFile => root.Path + "/fault";

    public static async Task<StorageCrashHost> CreateAsync(CancellationToken ct)
    {
        var host = new StorageCrashHost(await FreshRoot.CreateAsync(ct), ct);
        await host.StartAsync();
        await host.CallAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes");
        return host;
    }

    public ValueTask DisposeAsync() => root.DisposeAsync();

    /// <summary>The place on disk of a path that the daemon gave.</summary>
    public string OnDisk(string path) => root.Below(path);

    /// <summary>A file of a qube.</summary>
    public string FileOf(string qube, string name) => root.Below($"{Pool}/appvms/{qube}/{name}");

    /// <summary>The files of the revisions of a volume.</summary>
    public IEnumerable<string> Revisions(string qube, string volume) =>
        Directory.GetFiles(root.Below($"{Pool}/appvms/{qube}")).Where(file => Path.GetFileName(file).StartsWith(volume + ".img.", StringComparison.Ordinal));

    /// <summary>Calls the daemon.</summary>
    /// <exception cref="DaemonDiedException">It died instead of answering.</exception>
    public async Task<string> CallAsync(string method, string argument, string qube, string payload = "", string? socket = null)
    {
        AdminReply reply;
        try
        {
            reply = await Daemon.Sockets.Client(socket).CallAsync(method, argument, qube, payload, ct);
        }
        catch (SocketException)
        {
            throw new DaemonDiedException(method);
        }

        if (reply.Bytes.Length == 0)
            throw new DaemonDiedException(method);
        Assert.True(reply.IsOk, $"{method}+{argument} of {qube} was answered with {reply}\n{Daemon.Tail}");
        return reply.Content;
    }

    public async Task<string> StateAsync(string qube) => (await CallAsync("admin.vm.CurrentState", "", qube)).Split("power_state=")[1];

    public async Task<bool> HasAsync(string qube) => (await QubesAsync()).Contains(qube);

    /// <summary>Does something with a daemon that dies at the N-th step of storage from now on, and starts it again.</summary>
    /// <returns>False when it lived through it.</returns>
    public async Task<bool> DieAsync(int step, Func<Task> work)
    {
        await File.WriteAllTextAsync(FaultFile + "~", step.ToString(CultureInfo.InvariantCulture), ct);
        File.Move(FaultFile + "~", FaultFile);
        try
        {
            await work();
            // What is done after the reply may be the step as well.
            if (!await Eventually.IsAsync(() => Daemon.HasExited, AfterReply, ct))
            {
                File.Delete(FaultFile);
                return false;
            }
        }
        catch (DaemonDiedException)
        {
            // So it was to be.
        }

        var code = await Daemon.WaitForExitAsync(DaemonProcess.StopLimit, ct);
        Assert.True(code == 128 + Native.SignalKill, $"the daemon ended with {code}\n{Daemon.Tail}");
        File.Delete(FaultFile);
        LastStepOfDead = (await File.ReadAllLinesAsync(StepsFile, ct))[^1].Split(' ', 2)[1];
        await StartAsync();
        return true;
    }

    /// <summary>Fails the test unless files, log and replies agree, and nothing lies around that nobody knows.</summary>
    public async Task AssertWholeAsync(string where)
    {
        string? fault = null;
        if (!await Eventually.IsAsync(async () => (fault = await FaultAsync()) is null, Patience, ct))
            Assert.Fail($"{where}: {fault}\n{Daemon.Tail}");
    }

    public Task AssertVerifiesAsync() => History.AssertVerifiesAsync(root, ct);

    /// <summary>Waits until a qube runs or is off, with all that belongs to it done.</summary>
    public Task RestsAsync(string qube) => Eventually.TrueAsync(
        $"{qube} runs or is off",
        async () => await StateAsync(qube) is var state && (state == "Running" || (state == "Halted" && !File.Exists(FileOf(qube, "private-dirty.img")))),
        Patience,
        ct,
        () => Daemon.Tail);

    private async Task StartAsync()
    {
        daemon = await root.StartAsync(ct, new DaemonOptions { StorageFault = FaultFile, StorageSteps = StepsFile });
        await Eventually.TrueAsync(Settled, () => Daemon.Log.Contains(Settled, StringComparison.Ordinal), Patience, ct, () => Daemon.Tail);
    }

    private async Task<List<string>> QubesAsync() =>
        [.. (await CallAsync("admin.vm.List", "", "dom0")).Split('\n').Select(line => line.Split(' ')[0]).Where(name => name is not ("" or "dom0"))];

    private async Task<string?> FaultAsync()
    {
        var qubes = await QubesAsync();
        foreach (var folder in Kinds.Select(kind => root.Below($"{Pool}/{kind}")).Where(Directory.Exists).SelectMany(Directory.GetDirectories))
        {
            if (!qubes.Contains(Path.GetFileName(folder)))
                return $"{folder} belongs to nobody, it holds {string.Join(' ', Directory.GetFiles(folder).Select(Path.GetFileName))}";
            if (Directory.GetFiles(folder).FirstOrDefault(file => file.Contains(".img~", StringComparison.Ordinal) || file.EndsWith("-import.img", StringComparison.Ordinal)) is { } left)
                return $"{left} was left";
        }

        foreach (var (qube, volume) in qubes.SelectMany(qube => new[] { (qube, "root"), (qube, "private") }))
        {
            if (await FaultAsync(qube, volume) is { } fault)
                return fault;
        }

        return null;
    }

    private async Task<string?> FaultAsync(string qube, string volume)
    {
        var image = FileOf(qube, volume + ".img");
        if (!File.Exists(image))
            return $"{image} is missing";
        if (File.Exists(FileOf(qube, volume + "-dirty.img")) && await StateAsync(qube) == "Halted")
            return $"{qube} is off and {volume} is not committed";
        var size = (await CallAsync("admin.vm.volume.Info", volume, qube)).Split('\n').Single(line => line.StartsWith("size=", StringComparison.Ordinal))[5..];
        if (size != new FileInfo(image).Length.ToString(CultureInfo.InvariantCulture))
            return $"{image} has {new FileInfo(image).Length} bytes, Info says {size}";
        var kept = Revisions(qube, volume).Select(file => Path.GetFileName(file).Split('.', '@')[2]).Order(StringComparer.Ordinal);
        var told = (await CallAsync("admin.vm.volume.ListSnapshots", volume, qube)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        return kept.SequenceEqual(told) ? null : $"{qube} keeps the revisions [{string.Join(' ', kept)}] of {volume}, told are [{string.Join(' ', told)}]";
    }
}
