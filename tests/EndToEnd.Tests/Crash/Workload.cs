using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Several writers of different kinds on one system, and the checks of what they leave.</summary>
internal sealed class Workload
{
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(10);

    private readonly RootFolder root;

    public Workload(RootFolder root, int writersOfEachKind = 2)
    {
        this.root = root;
        Writers =
        [
            .. Enumerable.Range(0, writersOfEachKind).SelectMany(i => new Writer[]
            {
                new PropertyWriter($"p{i}", $"crash{i}"),
                new FeatureWriter($"f{i}", $"crash{i}"),
                new TagWriter($"t{i}", $"crash{i}"),
                new LabelWriter($"l{i}"),
            }),
        ];
    }

    public IReadOnlyList<Writer> Writers { get; }

    public int Acknowledged => Writers.Sum(writer => writer.Acknowledged);

    public int Refused => Writers.Sum(writer => writer.Refused);

    /// <summary>Makes the qubes that are written to.</summary>
    public async Task PrepareAsync(AdminClient client, CancellationToken ct)
    {
        await client.MustAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes", ct);
        await client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", ct);
        for (var i = 0; i < Math.Max(1, Writers.Count / 4); i++)
            await client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", $"name=crash{i} label=red", ct);
    }

    /// <summary>Lets all writers write until told to stop or until the daemon is gone.</summary>
    public Task RunAsync(AdminClient client, CancellationToken stop) => Task.WhenAll(Writers.Select(writer => writer.RunAsync(client, stop)));

    /// <summary>Every acknowledged write is there, and the last one of each writer either is or is not.</summary>
    public async Task AssertIntactAsync(DaemonProcess daemon, CancellationToken ct)
    {
        foreach (var writer in Writers)
            await writer.ResolveAsync(daemon.Client, ct);
        await Eventually.TrueAsync(
            "qubes.xml has caught up",
            () => StoreComparer.TryLoad(root.StoreFile) is { } store && Writers.All(writer => writer.IsIn(store)),
            StoreLimit,
            ct,
            () => $"Behind: {string.Join(", ", Writers.Where(w => StoreComparer.TryLoad(root.StoreFile) is not { } s || !w.IsIn(s)))}\n{daemon.Tail}");
    }

    /// <summary>The chain verifies, each write that was made is in the log once, and no other is but perhaps those that broke off.</summary>
    public async Task AssertLogAsync(CancellationToken ct)
    {
        await History.AssertVerifiesAsync(root, ct);
        var found = new Dictionary<(string Method, string Token), Dictionary<(string Type, string Stream), int>>();
        var ledger = Writers.SelectMany(writer => writer.Ledger).ToDictionary();
        foreach (var entry in await History.ReadAsync(root, ct))
        {
            foreach (var token in Texts(entry.Data).Append(entry.Arg).Distinct())
            {
                if (!ledger.ContainsKey((entry.Method, token)))
                    continue;
                if (!found.TryGetValue((entry.Method, token), out var counts))
                    found[(entry.Method, token)] = counts = [];
                counts[(entry.Type, entry.Stream)] = counts.GetValueOrDefault((entry.Type, entry.Stream)) + 1;
            }
        }

        var uncertain = Writers.Select(writer => writer.Uncertain).OfType<(string, string)>().ToHashSet();
        var wrong = ledger
            .Where(write => Times(found.GetValueOrDefault(write.Key)) is var times && times != write.Value && !(times == 1 && uncertain.Contains(write.Key)))
            .Select(write => $"{write.Key.Method} {write.Key.Token}: {write.Value} times due, {Times(found.GetValueOrDefault(write.Key))} times in the log")
            .ToList();
        if (wrong.Count > 0)
            Assert.Fail($"{wrong.Count} of {ledger.Count} writes are not in the log as often as they should be:\n{string.Join('\n', wrong.Take(20))}");
    }

    // One write may give several events, but no two of one type on one stream.
    private static int Times(Dictionary<(string Type, string Stream), int>? counts) => counts is null ? 0 : counts.Values.Max();

    // All texts of an event's payload, but for those that tell what was there before.
    private static IEnumerable<string> Texts(JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.String => [data.GetString() ?? ""],
        JsonValueKind.Array => data.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => data.EnumerateObject()
            .Where(field => !field.Name.Contains("old", StringComparison.OrdinalIgnoreCase)
                && !field.Name.Contains("previous", StringComparison.OrdinalIgnoreCase))
            .SelectMany(field => Texts(field.Value)),
        _ => [],
    };
}
