using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary><c>qubes-history</c> changes the system through the running daemon: marks, restore, revert, plan and apply.</summary>
public sealed class UndoTests : IAsyncLifetime
{
    private RootFolder? root;
    private DaemonProcess? daemon;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AdminClient Client => daemon!.Client; // set before every test

    public async ValueTask InitializeAsync()
    {
        root = await FreshRoot.CreateAsync(Ct);
        daemon = await root.StartAsync(Ct);
        await SetAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes");
        await SetAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black");
        await SetAsync("admin.property.Set", "default_template", "dom0", "tpl");
        await SetAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=blue");
        await SetAsync("admin.vm.property.Set", "memory", "work", "500");
    }

    public async ValueTask DisposeAsync()
    {
        if (root is not null)
            await root.DisposeAsync();
    }

    [Fact]
    public async Task A_restoration_brings_back_what_was_and_is_one_request()
    {
        var before = await HeadAsync();
        await ChangeAsync();
        var changed = await HeadAsync();
        Assert.Equal(2, (await RunAsync("restore", Text(before), "--dry-run")).Code);
        Assert.Equal(changed, await HeadAsync());
        Assert.Equal((1, "qubes-history: nothing was done: say --yes, or --dry-run if the plan is all that you want\n"), Failure(await RunAsync("restore", Text(before))));

        var (code, output, error) = await RunAsync("restore", Text(before), "--yes");
        Assert.True(code == 0, output + error);
        Assert.Contains("- extra: removed", output, StringComparison.Ordinal);
        Assert.EndsWith("500", await Client.MustAsync("admin.vm.property.Get", "memory", "work", "", Ct), StringComparison.Ordinal);
        Assert.DoesNotContain("extra", await Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        var events = (await History.ReadAsync(root!, Ct)).Where(entry => entry.Position > changed && entry.Method != "qubesd.storage").ToList(); // what followed on the disk
        Assert.True(events.Count > 3);
        Assert.All(events, entry => Assert.Equal("qubes.cqrs.Restore", entry.Method));
        Assert.Contains("nothing to do", (await RunAsync("restore", Text(before), "--yes")).Output, StringComparison.Ordinal);

        // There and back again: what was removed is created anew.
        Assert.Equal(0, (await RunAsync("restore", Text(changed), "--yes")).Code);
        Assert.Equal("teal", (await Client.MustAsync("admin.vm.property.Get", "label", "extra", "", Ct)).Split(' ')[^1]);
        await History.AssertVerifiesAsync(root!, Ct);
    }

    [Fact]
    public async Task A_plan_that_nobody_has_seen_is_not_carried_out()
    {
        var before = await HeadAsync();
        await ChangeAsync();
        var head = await HeadAsync();
        foreach (var (method, arg, payload) in new[]
        {
            ("qubes.cqrs.Restore", Text(before), "digest=0123"), ("qubes.cqrs.Revert", "", $"positions={head}\ndigest=0123"), ("qubes.cqrs.Apply", "0123", "global: {stats_interval: 7}"),
        })
        {
            var reply = await Client.CallAsync(method, arg, "dom0", payload, Ct);
            Assert.Equal("The system has changed meanwhile: look at the plan again", reply.ExceptionMessage);
        }

        Assert.Equal(head, await HeadAsync());
    }

    [Fact]
    public async Task An_event_is_taken_back_unless_the_setting_was_changed_again()
    {
        await SetAsync("admin.vm.property.Set", "memory", "work", "600");
        var first = await HeadAsync();
        await SetAsync("admin.vm.tag.Set", "spare", "work", "");
        var second = await HeadAsync();
        await SetAsync("admin.vm.property.Set", "memory", "work", "700");
        Assert.Equal(0, (await RunAsync("revert", Text(second), "--yes")).Code);
        Assert.DoesNotContain("spare", await Client.MustAsync("admin.vm.tag.List", "", "work", "", Ct), StringComparison.Ordinal);

        var (code, output, error) = await RunAsync("revert", Text(first), "--yes");
        Assert.Equal(1, code);
        Assert.Contains("it was changed again", output, StringComparison.Ordinal);
        Assert.Contains("say --force", error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("revert", Text(first), "--yes", "--force")).Code);
        Assert.EndsWith("500", await Client.MustAsync("admin.vm.property.Get", "memory", "work", "", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_file_is_applied_whole_or_not_at_all()
    {
        var file = Path.Combine(root!.Path, "plan.yaml");
        await File.WriteAllTextAsync(file, """
            labels: {teal: "0x00a0a0"}
            global: {stats_interval: 5}
            qubes:
              sys-net:
                new: {class: AppVM, label: red}
                properties: {provides_network: true, netvm: ""}
              work:
                properties: {memory: 600, netvm: sys-net, label: teal}
                features: {x: "1"}
                tags: {add: [audio]}
            """, Ct);
        Assert.Equal(2, (await RunAsync("plan", file)).Code);
        var (code, output, error) = await RunAsync("apply", file, "--yes", "--json");
        Assert.True(code == 0, output + error);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("done").GetBoolean());
        Assert.Equal((0, 0), ((await RunAsync("plan", file)).Code, (await RunAsync("apply", file, "--yes")).Code));
        Assert.EndsWith("sys-net", await Client.MustAsync("admin.vm.property.Get", "netvm", "work", "", Ct), StringComparison.Ordinal);

        var head = await HeadAsync();
        await File.WriteAllTextAsync(file, "qubes:\n  work:\n    properties:\n      memory: 800\n      vcpus: none\n", Ct);
        var refused = await RunAsync("apply", file, "--yes");
        Assert.Equal(1, refused.Code);
        Assert.Contains("line 5, column 14: Failed to parse property value as int", refused.Error, StringComparison.Ordinal);
        Assert.Equal(head, await HeadAsync());
    }

    [Fact]
    public async Task Marks_name_positions_and_clients_hear_nothing_of_them()
    {
        var head = await HeadAsync();
        Assert.Equal(0, (await RunAsync("mark", "good")).Code);
        Assert.Equal(0, (await RunAsync("mark", "old", "3")).Code);
        var marks = JsonDocument.Parse((await RunAsync("mark", "--list", "--json")).Output).RootElement.GetProperty("marks");
        Assert.Equal((head, 3), (marks.GetProperty("good").GetInt64(), marks.GetProperty("old").GetInt64()));
        Assert.Equal((1, "qubes-history: The mark 'old' stands at position 3: remove it first\n"), Failure(await RunAsync("mark", "old", "4")));
        Assert.Equal(0, (await RunAsync("mark", "--remove", "old")).Code);
        Assert.Equal((1, "qubes-history: There is no mark 'old'\n"), Failure(await RunAsync("mark", "--remove", "old")));
        Assert.Equal($"There is no position 99999: the log goes from 0 to {await HeadAsync()}",
            (await Client.CallAsync("qubes.cqrs.Mark", "far", "dom0", "99999", Ct)).ExceptionMessage);
    }

    [Theory]
    [InlineData("before-commit", false)]
    [InlineData("after-commit", true)]
    public async Task A_daemon_that_dies_has_restored_everything_or_nothing(string fault, bool made)
    {
        var before = await HeadAsync();
        await ChangeAsync();
        var changed = await HeadAsync();
        await daemon!.StopAsync(Ct);
        daemon = await root!.StartAsync(Ct, new DaemonOptions { Fault = fault + ":1" });
        var (code, _, error) = await RunAsync("restore", Text(before), "--yes");
        Assert.Equal((1, "qubes-history: the daemon gave no answer to qubes.cqrs.Restore: its own log says why\n"), (code, error));
        await daemon.WaitForExitAsync(DaemonProcess.StopLimit, Ct);
        daemon = await root.StartAsync(Ct);
        Assert.Equal(made, await HeadAsync() > changed);
        Assert.Equal(made ? 0 : 2, (await RunAsync("restore", Text(before), "--dry-run")).Code);
        Assert.Equal(made ? 2 : 0, (await RunAsync("restore", Text(changed), "--dry-run")).Code);
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task Without_a_daemon_nothing_is_changed_but_everything_is_shown()
    {
        var before = await HeadAsync();
        await ChangeAsync();
        await daemon!.StopAsync(Ct);
        Assert.Equal(2, (await RunAsync("restore", Text(before), "--dry-run")).Code);
        Assert.Equal((1, "qubes-history: the daemon is not running: start qubesd, then try again\n"), Failure(await RunAsync("restore", Text(before), "--yes")));
    }

    private async Task ChangeAsync()
    {
        await SetAsync("admin.label.Create", "teal", "dom0", "0x00a0a0");
        await SetAsync("admin.vm.property.Set", "memory", "work", "900");
        await SetAsync("admin.vm.tag.Set", "audio", "work", "");
        await SetAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=extra label=teal");
        await SetAsync("admin.vm.feature.Set", "x", "extra", "1");
    }

    private Task<string> SetAsync(string method, string arg, string destination, string payload) => Client.MustAsync(method, arg, destination, payload, Ct);

    private async Task<long> HeadAsync() =>
        JsonDocument.Parse(await Client.MustAsync("qubes.cqrs.State", "", "dom0", "", Ct)).RootElement.GetProperty("position").GetInt64();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        await Command.ExecuteAsync(Repository.History(), [.. arguments, "--root", root!.Path], Ct);

    private static (int Code, string Error) Failure((int Code, string Output, string Error) run) => (run.Code, run.Error);

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
