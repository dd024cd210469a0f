namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The log cannot be opened at boot: the daemon starts all the same, shows the last state, and says why it changes nothing.</summary>
public sealed class ReadOnlyStartTests
{
    private const string PostgresPrograms = "/usr/lib/postgresql";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_destroyed_cluster()
    {
        await using var root = await PrepareAsync();
        var control = PostgresFiles.Control(root);
        PostgresFiles.Destroy(control);
        await AssertReadOnlyAsync(root, new DaemonOptions());

        PostgresFiles.Show(control);
        await AssertWritesAsync(root);
    }

    [Fact]
    public async Task Without_the_programs_of_PostgreSQL()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Hiding a folder from one process needs root.");
        Assert.SkipUnless(Directory.Exists(PostgresPrograms), $"There is no {PostgresPrograms} on this system to hide.");
        await using var root = await PrepareAsync();
        await AssertReadOnlyAsync(root, new DaemonOptions { HiddenFolder = PostgresPrograms });
        await AssertWritesAsync(root);
    }

    [Fact]
    public async Task With_a_server_that_nobody_can_reach()
    {
        await using var root = await PrepareAsync();
        var configuration = root.Path + "/unreachable.yaml";
        await File.WriteAllTextAsync(
            configuration, "log:\n  connection: \"Host=127.0.0.1;Port=1;Username=nobody;Password=none;Database=none;Timeout=2\"\n", Ct);
        await AssertReadOnlyAsync(root, new DaemonOptions { Configuration = configuration });
        await AssertWritesAsync(root);
    }

    private static async Task<RootFolder> PrepareAsync()
    {
        var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.tag.Set", "before", "dom0", "", Ct);
        await daemon.Client.MustAsync("admin.label.Create", "cyan", "dom0", "0x00ffff", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        return root;
    }

    private static async Task AssertReadOnlyAsync(RootFolder root, DaemonOptions options)
    {
        var store = await File.ReadAllBytesAsync(root.StoreFile, Ct);
        var daemon = await root.StartAsync(Ct, options);
        Assert.Equal("before\n", await daemon.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        Assert.Contains("cyan\n", await daemon.Client.MustAsync("admin.label.List", "", "dom0", "", Ct), StringComparison.Ordinal);

        var reply = await daemon.Client.CallAsync("admin.vm.tag.Set", "refused", "dom0", "", Ct);
        Assert.True(reply.Kind == ReplyKind.Exception, $"{reply}\n{daemon.Tail}");
        Assert.Contains("log", reply.ExceptionMessage, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("before\n", await daemon.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.Equal(store, await File.ReadAllBytesAsync(root.StoreFile, Ct));
    }

    private static async Task AssertWritesAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.tag.Set", "after", "dom0", "", Ct);
        Assert.Equal("after\nbefore\n", await daemon.Client.MustAsync("admin.vm.tag.List", "", "dom0", "", Ct));
        await History.AssertVerifiesAsync(root, Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
    }
}
