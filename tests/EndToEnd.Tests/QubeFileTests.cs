using System.Globalization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary><c>firewall.xml</c> and <c>notes.txt</c> of a qube across starts, crashes and other people's hands.</summary>
public sealed class QubeFileTests
{
    private const string Folder = "/var/lib/qubes/appvms/work";
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_whole_after_a_stop_and_after_a_crash_and_go_with_the_qube()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartWithQubeAsync(root);
        await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", "before the stop", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.Equal("before the stop", await File.ReadAllTextAsync(Notes(root), Ct));
        Assert.Equal(Mode, File.GetUnixFileMode(Notes(root)));

        daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", "before the crash", Ct);
        await daemon.Client.MustAsync("admin.vm.firewall.Set", "", "work", "action=drop dsthost=\n", Ct);
        await daemon.KillAsync(Ct);
        File.Delete(Firewall(root));

        daemon = await root.StartAsync(Ct);
        await HoldsAsync(Notes(root), "before the crash");
        await HoldsAsync(Firewall(root), "<property name=\"dsthost\"></property>");
        await daemon.Client.MustAsync("admin.vm.Remove", "", "work", "", Ct);
        await Eventually.TrueAsync("the files are gone", () => !File.Exists(Notes(root)) && !File.Exists(Firewall(root)), Limit, Ct);
    }

    [Fact]
    public async Task What_was_put_there_where_nothing_was_set_is_taken_over_at_the_start()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartWithQubeAsync(root);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Directory.CreateDirectory(root.Below(Folder));
        await File.WriteAllTextAsync(Notes(root), "by hand\r\n", Ct);
        await File.WriteAllTextAsync(Firewall(root), "<QubesFirewallRules policy='deny' dns='allow' icmp='deny'/>", Ct);

        daemon = await root.StartAsync(Ct);
        await HoldsAsync(Notes(root), "by hand_\n");
        await HoldsAsync(Firewall(root), "<firewall version=\"2\">");
        await daemon.KillAsync(Ct);
        Directory.Delete(root.Below(Folder), recursive: true);

        daemon = await root.StartAsync(Ct);
        Assert.Equal("action=accept specialtarget=dns\naction=drop proto=icmp\n", await daemon.Client.MustAsync("admin.vm.firewall.Get", "", "work", "", Ct));
        Assert.Equal("by hand_\n", await daemon.Client.MustAsync("admin.vm.notes.Get", "", "work", "", Ct));
    }

    [Fact]
    public async Task What_somebody_else_wrote_over_ours_is_left_alone_until_something_is_set()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartWithQubeAsync(root);
        await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", "ours", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        await File.WriteAllTextAsync(Notes(root), "theirs", Ct);

        daemon = await root.StartAsync(Ct);
        await Eventually.TrueAsync("it is reported", () => daemon.Log.Contains("Somebody else wrote " + Folder + "/notes.txt", StringComparison.Ordinal), Limit, Ct);
        Assert.Equal("ours", await daemon.Client.MustAsync("admin.vm.notes.Get", "", "work", "", Ct));
        Assert.Equal("theirs", await File.ReadAllTextAsync(Notes(root), Ct));
        await daemon.Client.MustAsync("admin.vm.notes.Set", "", "work", "ours again", Ct);
        await HoldsAsync(Notes(root), "ours again");
    }

    [Fact]
    public async Task A_rule_that_ends_is_removed_also_when_it_ends_while_nobody_runs()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartWithQubeAsync(root);
        await using var stream = await EventStream.OpenAsync(daemon.Client, Ct);
        await SetEndingAsync(daemon, seconds: 2);
        Assert.Equal("firewall-changed", (await NextChangeAsync(stream))?.Name);
        Assert.Equal("firewall-changed", (await NextChangeAsync(stream))?.Name);
        await EndedAsync(root);

        var end = await SetEndingAsync(daemon, seconds: 2);
        await daemon.KillAsync(Ct);
        await Eventually.TrueAsync("the rule's time has come", () => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > end, Limit, Ct);
        daemon = await root.StartAsync(Ct);
        await EndedAsync(root);
        Assert.Equal("action=drop\n", await daemon.Client.MustAsync("admin.vm.firewall.Get", "", "work", "", Ct));
    }

    private static string Notes(RootFolder root) => root.Below(Folder + "/notes.txt");

    private static string Firewall(RootFolder root) => root.Below(Folder + "/firewall.xml");

    private static async Task<DaemonProcess> StartWithQubeAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=red", Ct);
        return daemon;
    }

    private static async Task<long> SetEndingAsync(DaemonProcess daemon, int seconds)
    {
        var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var rules = string.Create(CultureInfo.InvariantCulture, $"action=accept expire={end}\naction=drop\n");
        await daemon.Client.MustAsync("admin.vm.firewall.Set", "", "work", rules, Ct);
        return end;
    }

    private static async Task<WireEvent?> NextChangeAsync(EventStream stream)
    {
        while (await stream.NextAsync(Limit, Ct) is { } next)
        {
            if (next.Subject == "work")
                return next;
        }

        return null;
    }

    private static Task EndedAsync(RootFolder root) => Eventually.TrueAsync(
        "the rule has gone from the file",
        () => File.Exists(Firewall(root)) && File.ReadAllText(Firewall(root)) is var text
            && text.Contains("drop", StringComparison.Ordinal) && !text.Contains("accept", StringComparison.Ordinal),
        Limit,
        Ct);

    private static Task HoldsAsync(string file, string text) => Eventually.TrueAsync(
        $"{Path.GetFileName(file)} holds {text}", () => File.Exists(file) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal), Limit, Ct);
}
