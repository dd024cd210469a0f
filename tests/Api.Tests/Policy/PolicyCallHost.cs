using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The calls <c>policy.*</c> on real sockets and real files below a folder of their own, with a log that only takes notes.</summary>
internal sealed class PolicyCallHost : IAsyncDisposable
{
    private static readonly string[] Folders = ["/etc/qubes/policy.d/include", "/run/qubes/policy.d", "/etc/qubes-rpc/policy"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pol-");
    private readonly PolicyWriter writer;
    private readonly PolicyDisk disk;
    private AdminSockets? sockets;

    private PolicyCallHost()
    {
        Paths = new RootedPaths(folder.FullName);
        Clear();
        writer = new PolicyWriter(Paths, SilentSteps.Instance);
        disk = new PolicyDisk(Paths);
        Changes = new PolicyChanges(disk, writer, PolicyLocations.Standard, RecordAsync);
    }

    /// <summary>Where everything lies.</summary>
    internal RootedPaths Paths { get; }

    /// <summary>What serves the calls.</summary>
    internal PolicyChanges Changes { get; }

    /// <summary>What was recorded: the path, the text and the calling qube.</summary>
    internal List<(string Path, string? Text, string Caller)> Recorded { get; } = [];

    /// <summary>Why the log refuses; null when it does not.</summary>
    internal string? Refusal { get; set; }

    internal string Socket => Paths.OnDisk("/run/qubesd.internal.sock");

    internal static async Task<PolicyCallHost> StartAsync()
    {
        var host = new PolicyCallHost();
        var world = FreshSystem.Events(new HostFacts()).Aggregate(World.Empty, Evolve.Apply);
        var handler = new AdminRequestHandler(() => world, new AdminMethods(AdminServices.None with { PolicyFiles = host.Changes }).Build());
        host.sockets = await AdminSockets.OpenAsync(host.Paths.OnDisk("/run"), handler, new SocketServerOptions(), NullLogger.Instance);
        return host;
    }

    /// <summary>Empties the folders of the policy.</summary>
    internal void Clear()
    {
        foreach (var path in new[] { "/etc/qubes", "/run/qubes", "/etc/qubes-rpc" }.Select(Paths.OnDisk).Where(Directory.Exists))
        {
            Directory.Delete(path, recursive: true);
        }

        foreach (var path in Folders)
        {
            Directory.CreateDirectory(Paths.OnDisk(path));
        }
    }

    /// <summary>Makes a call through the service's own code, as qrexec would start it.</summary>
    internal (int Exit, string Output, string Error) Call(string service, byte[] payload, string caller = "dom0")
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var input = new MemoryStream(payload);
        var exit = PolicyServiceCommand.Serve(Socket, service, caller, input, output, error);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    internal (int Exit, string Output, string Error) Call(string service, string payload = "", string caller = "dom0") =>
        Call(service, Encoding.UTF8.GetBytes(payload), caller);

    /// <summary>Every file of the policy, links followed, with what it holds.</summary>
    internal Dictionary<string, string> Files() => Folders.Append("/etc/qubes/policy.d").Select(Paths.OnDisk).Where(Directory.Exists)
        .SelectMany(path => Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        .Distinct().Where(path => Path.Exists(path) && disk.Find(Paths.OfProduct(path)).IsFile).ToDictionary(path => path[folder.FullName.Length..], File.ReadAllText);

    public async ValueTask DisposeAsync()
    {
        await (sockets?.StopAsync(TimeSpan.FromSeconds(5)) ?? Task.CompletedTask);
        await (sockets?.DisposeAsync() ?? ValueTask.CompletedTask);
        writer.Dispose();
        disk.Dispose();
        folder.Delete(true);
    }

    private Task RecordAsync(string path, string? text, Call call, CancellationToken ct)
    {
        if (Refusal is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        Recorded.Add((path, text, call.SourceName));
        return Task.CompletedTask;
    }
}
