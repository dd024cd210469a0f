using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Sdk;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The daemon is killed before every single step that storage makes on the disk, and started again: the volume is in the old or the new state, the log agrees with the files,
/// nothing is left that nobody knows, and the operation can be done.</summary>
public sealed class StorageCrashTests
{
    private const int MostPoints = 150;
    private const int FewestPoints = 3;
    private const int AtOnce = 4; // a daemon that starts waits as much as it works
    private const int RunParts = 3; // a run has as many steps as three others

    private static readonly Dictionary<string, Func<StorageCrashHost, StorageOperation>> Operations = new()
    {
        ["run"] = host => new RunOperation(host),
        ["remove"] = host => new RemoveOperation(host),
        ["create"] = host => new CreateOperation(host),
        ["import"] = host => new ImportOperation(host),
        ["clone"] = host => new CloneOperation(host),
        ["clear"] = host => new ClearOperation(host),
        ["resize"] = host => new ResizeOperation(host),
        ["revert"] = host => new RevertOperation(host),
        ["snapshot"] = host => new SnapshotOperation(host),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_dies_at_any_step_is_brought_to_its_end()
    {
        var (watch, points, faults) = (Stopwatch.StartNew(), new ConcurrentDictionary<string, int>(), new ConcurrentQueue<string>());
        var wanted = Operations.Keys.Where(name => Knobs.StorageOperations.Length == 0 || Knobs.StorageOperations.Contains(name)).SelectMany(Parts);
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Ct }, async (part, _) =>
        {
            try
            {
                var tried = await TryAsync(part.Name, part.First, part.Stride);
                points.AddOrUpdate(part.Name, tried, (_, others) => others + tried);
            }
            catch (Exception fault) when (fault is IAssertionException or DaemonDiedException)
            {
                faults.Enqueue($"{part.Name}: {fault.Message}");
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{points.Values.Sum()} points in {watch.Elapsed.TotalSeconds:0} s: {string.Join(", ", points.Select(tried => $"{tried.Key} {tried.Value}"))}");
        Assert.True(faults.IsEmpty, string.Join("\n\n", faults));
    }

    private static IEnumerable<(string Name, int First, int Stride)> Parts(string operation) =>
        operation == "run" ? Enumerable.Range(1, RunParts).Select(first => (operation, first, RunParts)) : [(operation, 1, 1)];

    private static async Task<int> TryAsync(string name, int first, int stride)
    {
        await using var host = await StorageCrashHost.CreateAsync(Ct);
        var operation = Operations[name](host);
        await operation.SetUpAsync();
        var steps = new List<string>();
        while (await DiesAsync(host, operation, first + (steps.Count * stride)))
        {
            steps.Add(host.LastStepOfDead);
            Assert.True(steps.Count < MostPoints, $"there is no end: {string.Join(", ", steps)}");
            await DoAsync(host, operation, $"again after {host.LastStepOfDead}");
        }

        await host.AssertVerifiesAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {steps.Count} points: {string.Join(", ", steps)}");
        Assert.True(steps.Count >= FewestPoints, $"only {steps.Count} points were tried");
        return steps.Count;
    }

    private static async Task<bool> DiesAsync(StorageCrashHost host, StorageOperation operation, int step)
    {
        await operation.PrepareAsync();
        var died = await host.DieAsync(step, operation.RunAsync);
        var where = died ? $"killed before step {step} ({host.LastStepOfDead})" : "not killed";
        await operation.CheckAsync(died, where);
        await host.AssertWholeAsync(where);
        return died;
    }

    private static async Task DoAsync(StorageCrashHost host, StorageOperation operation, string where)
    {
        await operation.PrepareAsync();
        await operation.RunAsync();
        await operation.CheckAsync(died: false, where);
        await host.AssertWholeAsync(where);
    }
}
