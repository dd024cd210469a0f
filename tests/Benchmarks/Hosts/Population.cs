using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>Fills a host with the template "tpl" and the qubes q1 to qN through the Admin API.</summary>
public static class Population
{
    /// <summary>The kernel of the simulated host that every qube gets.</summary>
    public const string Kernel = "6.6.1-1.qubes";

    private const int Creators = 8;

    /// <summary>The name of a qube, counted from 1.</summary>
    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"q{number}");

    /// <summary>Creates what is missing; a host that was filled before is left as it is.</summary>
    public static async Task CreateAsync(string socketPath, int qubes, CancellationToken ct)
    {
        var client = new ApiClient(socketPath);
        var listed = await client.CallAsync("admin.vm.List", "", "dom0", "", ct);
        var present = listed.Split('\n').Select(line => line.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        if (!present.Contains("tpl"))
        {
            await client.CallAsync("admin.property.Set", "default_kernel", "dom0", Kernel, ct);
            await client.CallAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", ct);
        }
        var started = Stopwatch.GetTimestamp();
        var missing = new ConcurrentQueue<string>(Enumerable.Range(1, qubes).Select(Name).Where(name => !present.Contains(name)));
        var wanted = missing.Count;
        await Task.WhenAll(Enumerable.Range(0, Creators).Select(_ => CreateAsync(new ApiClient(socketPath), missing, ct)));
        if (wanted > 0)
        {
            Progress.Say($"created {wanted} qubes in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        }
    }

    private static async Task CreateAsync(ApiClient client, ConcurrentQueue<string> missing, CancellationToken ct)
    {
        while (missing.TryDequeue(out var name))
            await client.CallAsync("admin.vm.Create.AppVM", "tpl", "dom0", $"name={name} label=red", ct);
    }
}
