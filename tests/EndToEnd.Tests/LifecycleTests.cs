using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Starting, stopping, and what the daemon finds when it starts.</summary>
public sealed class LifecycleTests
{
    private const UnixFileMode OwnerAndGroupReadWrite =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private static readonly TimeSpan NoticeLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WrittenLimit = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_is_clean_and_leaves_the_last_change_in_qubes_xml()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.tag.Set", "last-moment", "dom0", "", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.Contains("last-moment", await File.ReadAllTextAsync(root.StoreFile, Ct), StringComparison.Ordinal);
        Assert.Empty(Leftovers.Postmasters(root.Path));

        var again = await root.StartAsync(Ct);
        Assert.Equal("last-moment\n", await again.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
    }

    [Fact]
    public async Task A_stop_ends_subscriptions_and_waiting_clients()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await using var stream = await EventStream.OpenAsync(daemon.Client, Ct);
        using var idle = await daemon.Client.ConnectAsync(Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        await Eventually.TrueAsync("the subscription has ended", () => stream.IsClosed, TimeSpan.FromSeconds(60), Ct);
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_root_is_refused()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        var second = root.Launch();
        Assert.NotEqual(0, await second.WaitForExitAsync(DaemonProcess.StartLimit, Ct));
        daemon.AssertAlive();
        await daemon.Client.MustAsync("admin.vm.tag.Set", "first", "dom0", "", Ct);
        Assert.Equal("first\n", await daemon.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
    }

    [Fact]
    public async Task Sockets_of_a_killed_daemon_are_replaced()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await daemon.KillAsync(Ct);
        Assert.All(daemon.Sockets.All, socket => Assert.True(File.Exists(socket), socket));
        var again = await root.StartAsync(Ct);
        Assert.StartsWith("dom0 ", await again.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_are_for_owner_and_group_only()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        var group = await Command.ExecuteAsync("getent", ["group", "qubes"], Ct);
        foreach (var socket in daemon.Sockets.All)
        {
            // The first socket answers before the last one is open; until then only the owner can write to it.
            await Eventually.IsAsync(() => Mode(socket) == OwnerAndGroupReadWrite, NoticeLimit, Ct);
            Assert.Equal(OwnerAndGroupReadWrite, Mode(socket));
            if (group.Code == 0)
                Assert.Equal("qubes", (await Command.RunAsync("stat", ["-c", "%G", socket], Ct)).Trim());
        }
    }

    // Executing a socket means nothing: 0770, as the original makes them, and 0660 are alike.
    private static UnixFileMode Mode(string socket) => File.GetUnixFileMode(socket) & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute);

    [Fact]
    public async Task The_init_system_is_told_when_the_daemon_is_ready()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var path = root.Path + ".ntf";
        using var notices = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notices.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            var daemon = root.Launch(new DaemonOptions { NotifySocket = path });
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            limit.CancelAfter(NoticeLimit);
            var told = "";
            var buffer = new byte[4096];
            while (!told.Split('\n').Contains("READY=1"))
                told += Encoding.UTF8.GetString(buffer, 0, await notices.ReceiveAsync(buffer, limit.Token)) + "\n";
            Assert.StartsWith("dom0 ", await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("05-features")]
    [InlineData("04-props-inherit")]
    [InlineData("11-create-remove")]
    [InlineData("22-domxml")]
    public async Task An_imported_store_is_written_back_as_it_was(string script)
    {
        var imported = TranscriptScript.Load(script).StoreFile;
        await using var root = RootFolder.Create();
        var daemon = await root.StartAsync(Ct, new DaemonOptions { Import = imported });
        var due = XDocument.Load(imported);
        IReadOnlyList<string> difference = ["there is no qubes.xml"];
        await Eventually.TrueAsync(
            "the store is the imported one",
            () => StoreComparer.TryLoad(root.StoreFile) is { } store && (difference = StoreComparer.CompareExactly(due, store)).Count == 0,
            WrittenLimit,
            Ct,
            () => $"{string.Join('\n', difference)}\n{daemon.Tail}");
        await AssertListsAllOfAsync(daemon, due);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task A_store_that_somebody_else_wrote_is_reported_kept_and_taken_over_on_demand()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var first = await root.StartAsync(Ct);
        await first.Client.MustAsync("admin.vm.tag.Set", "ours", "dom0", "", Ct);
        Assert.Equal(0, await first.StopAsync(Ct));
        var foreign = (await File.ReadAllTextAsync(root.StoreFile, Ct))
            .Replace("<tag name=\"ours\"/>", "<tag name=\"ours\"/>\n        <tag name=\"theirs\"/>", StringComparison.Ordinal);
        Assert.Contains("theirs", foreign, StringComparison.Ordinal);
        await File.WriteAllTextAsync(root.StoreFile, foreign, Ct);

        var second = await root.StartAsync(Ct);
        await Eventually.TrueAsync(
            "the log tells of the foreign qubes.xml",
            () => second.Log.Contains("qubes.xml", StringComparison.Ordinal),
            WrittenLimit,
            Ct,
            () => second.Tail);
        Assert.Equal("ours\n", await second.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        await second.Client.MustAsync("admin.vm.tag.Set", "meanwhile", "dom0", "", Ct);
        Assert.Equal(0, await second.StopAsync(Ct));
        Assert.Equal(foreign, await File.ReadAllTextAsync(root.StoreFile, Ct));

        var third = await root.StartAsync(Ct, new DaemonOptions { Import = root.StoreFile });
        Assert.Equal("ours\ntheirs\n", await third.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        await third.Client.MustAsync("admin.vm.tag.Set", "after", "dom0", "", Ct);
        Assert.Equal(0, await third.StopAsync(Ct));
        Assert.Contains("after", await File.ReadAllTextAsync(root.StoreFile, Ct), StringComparison.Ordinal);
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task An_unknown_key_of_the_configuration_is_refused_with_its_line()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        Directory.CreateDirectory(Path.GetDirectoryName(root.ConfigurationFile) ?? root.Path);
        await File.WriteAllTextAsync(root.ConfigurationFile, "# nothing\nno_such_key: 1\n", Ct);
        var daemon = root.Launch();
        Assert.NotEqual(0, await daemon.WaitForExitAsync(DaemonProcess.StartLimit, Ct));
        Assert.Contains("no_such_key", daemon.Log, StringComparison.Ordinal);
        Assert.Contains("2", daemon.Log, StringComparison.Ordinal);
    }

    private static async Task AssertListsAllOfAsync(DaemonProcess daemon, XDocument store)
    {
        var due = store.Descendants("domain")
            .Select(domain => domain.Element("properties")?.Elements("property").FirstOrDefault(p => p.Attribute("name")?.Value == "name")?.Value ?? "dom0")
            .Order(StringComparer.Ordinal);
        var listed = (await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')[0])
            .Order(StringComparer.Ordinal);
        Assert.Equal(due, listed);
    }
}
