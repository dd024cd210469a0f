namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What the extensions do outside of replies: the files of dom0's services, the log, the store.</summary>
public sealed class ExtensionTests
{
    private static readonly TimeSpan WrittenLimit = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_of_dom0_are_files()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var folder = Path.Combine(root.Path, "run", "qubes-service");
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.feature.Set", "service.one", "dom0", "1", Ct);
        await daemon.Client.MustAsync("admin.vm.feature.Set", "service.two", "dom0", "1", Ct);
        await ShownAsync("one two");
        await daemon.Client.MustAsync("admin.vm.feature.Set", "service.one", "dom0", "", Ct);
        await ShownAsync("two");
        Assert.Equal(0, await daemon.StopAsync(Ct));

        Directory.Delete(folder, recursive: true);
        await root.StartAsync(Ct);
        await ShownAsync("two");

        Task ShownAsync(string services) => Eventually.TrueAsync("the files are there", () => Names() == services, WrittenLimit, Ct, Names);

        string Names() => Directory.Exists(folder)
            ? string.Join(' ', Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal))
            : "no folder";
    }

    [Fact]
    public async Task A_value_that_an_extension_refuses_leaves_no_trace()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.feature.Set", "vm-config.good", "dom0", "v", Ct);
        foreach (var (feature, value) in new[]
        {
            ("vm-config.1bad", "v"), ("vm-config.", "v"), ("custom-persist.bad", "relative"), ("service..", "1"), ("preload-dispvm-delay", "bad"),
        })
        {
            Assert.False((await daemon.Client.CallAsync("admin.vm.feature.Set", feature, "dom0", value, Ct)).IsOk);
        }

        Assert.Equal("vm-config.good\n", await daemon.Client.MustAsync("admin.vm.feature.List", "", "dom0", "", Ct));
        Assert.Equal(0, await daemon.StopAsync(Ct));
        var store = await File.ReadAllTextAsync(root.StoreFile, Ct);
        Assert.Contains("vm-config.good", store, StringComparison.Ordinal);
        Assert.DoesNotContain("bad", store, StringComparison.Ordinal);
        var log = await History.ReadAsync(root, Ct);
        Assert.Contains("vm-config.good", Assert.Single(log, entry => entry.Type == "feature-set").Data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_of_an_imported_store_follow_its_properties()
    {
        await using var root = RootFolder.Create();
        var daemon = await root.StartAsync(Ct, new DaemonOptions { Import = TranscriptScript.Load("06-tags").StoreFile });
        var tags = (await daemon.Client.MustAsync("admin.vm.tag.List", "", "solo", "", Ct)).Split('\n');
        Assert.Contains("guivm-dom0", tags);
        Assert.Contains("audiovm-dom0", tags);
    }
}
