using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Views that are rebuilt from the log while the daemon serves.</summary>
public sealed class RebuildTests
{
    private const string Store = "/var/lib/qubes/qubes.xml";
    private const string Notes = "/var/lib/qubes/appvms/work/notes.txt";
    private static readonly string[] Views = ["world", "qubes.xml", "qube-files", "qubesdb", "snapshots"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_what_they_were_while_many_write_and_what_was_spoilt_is_mended()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=red", Ct);
        await RebuildWhileManyWriteAsync(daemon);

        var (store, notes) = (await File.ReadAllTextAsync(root.Below(Store), Ct), await File.ReadAllTextAsync(root.Below(Notes), Ct));
        await File.WriteAllTextAsync(root.Below(Store), store.Replace("work", "spoilt", StringComparison.Ordinal), Ct);
        File.Delete(root.Below(Notes));
        Assert.Equal(2, await ReplayAsync(root));
        foreach (var view in (string[])["qubes.xml", "qube-files"])
        {
            var report = await RebuildAsync(daemon, view);
            Assert.Equal((1, true), (report.GetProperty("differenceCount").GetInt32(), report.GetProperty("swapped").GetBoolean()));
            Assert.Equal(0, (await RebuildAsync(daemon, view)).GetProperty("differenceCount").GetInt32());
        }

        Assert.Equal((store, notes), (await File.ReadAllTextAsync(root.Below(Store), Ct), await File.ReadAllTextAsync(root.Below(Notes), Ct)));
        Assert.Contains("The view qube-files differs from what the log gives", daemon.Log, StringComparison.Ordinal);
        Assert.Equal(0, await ReplayAsync(root));
        Assert.False((await daemon.Client.CallAsync("qubes.cqrs.Rebuild", "nonsense", "dom0", "", Ct)).IsOk);
        await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", "still at work", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        await History.AssertVerifiesAsync(root, Ct);
    }

    private static async Task RebuildWhileManyWriteAsync(DaemonProcess daemon)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var count = 0;
            for (; !enough.IsCancellationRequested; count++)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"{writer} {count}");
                await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", text, Ct);
                await daemon.Client.MustAsync("admin.vm.feature.Set", string.Create(CultureInfo.InvariantCulture, $"f{writer}"), "work", text, Ct);
                Assert.Equal(text, await daemon.Client.MustAsync("admin.vm.feature.Get", string.Create(CultureInfo.InvariantCulture, $"f{writer}"), "work", "", Ct));
            }

            return count;
        })).ToList();
        foreach (var view in Views)
        {
            var report = await RebuildAsync(daemon, view);
            Assert.True(report.GetProperty("differenceCount").GetInt32() == 0, report.ToString());
            Assert.False(report.GetProperty("swapped").GetBoolean());
        }

        await AssertOneAtATimeAsync(daemon);
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(writers), count => Assert.True(count > 0));
        await RebuildAsync(daemon, "qube-files"); // so that all is written
        await RebuildAsync(daemon, "qubes.xml");
    }

    private static async Task AssertOneAtATimeAsync(DaemonProcess daemon)
    {
        var refused = 0;
        for (var round = 0; round < 50 && refused == 0; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => daemon.Client.CallAsync("qubes.cqrs.Rebuild", "qubesdb", "dom0", "", Ct)));
            Assert.Contains(replies, reply => reply.IsOk);
            Assert.All(replies.Where(reply => !reply.IsOk), reply => Assert.Contains("A view is being rebuilt already", reply.ToString(), StringComparison.Ordinal));
            refused = replies.Count(reply => !reply.IsOk);
        }

        Assert.True(refused > 0);
    }

    private static async Task<JsonElement> RebuildAsync(DaemonProcess daemon, string view) =>
        JsonDocument.Parse(await daemon.Client.MustAsync("qubes.cqrs.Rebuild", view, "dom0", "", Ct)).RootElement;

    private static async Task<int> ReplayAsync(RootFolder root) =>
        (await Command.ExecuteAsync(Repository.History(), ["replay", "--root", root.Path], Ct)).Item1;
}
