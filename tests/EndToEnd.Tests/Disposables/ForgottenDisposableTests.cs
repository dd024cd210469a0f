namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>By default nothing about a disposable that goes when it stops reaches a persistent disk.</summary>
public sealed class ForgottenDisposableTests
{
    private const string Journal = "/run/qubes/journal";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disposable_leaves_no_trace_on_the_disk()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var secrets = await LiveAsync(root, alive: false);
        Assert.Empty(secrets.Find(root));
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task A_disposable_that_is_still_there_when_the_daemon_stops_leaves_no_trace_either()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var secrets = await LiveAsync(root, alive: true);
        Assert.Empty(secrets.Find(root, stillRuns: true));
    }

    // So that the tests above can fail.
    [Fact]
    public async Task What_is_stored_like_every_qube_is_found()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        await root.ConfigureAsync("disposables: store\n", Ct);
        var secrets = await LiveAsync(root, alive: true);
        var found = secrets.Find(root);
        Assert.Contains(found, find => find.Contains("/pg_wal/", StringComparison.Ordinal));
        Assert.Contains(found, find => find.Contains("/log/snapshot holds", StringComparison.Ordinal));
        Assert.Contains(found, find => find.Contains("/qubes.xml holds", StringComparison.Ordinal));
        Assert.Contains(found, find => find.Contains("/appvms/", StringComparison.Ordinal));
        Assert.Contains(found, find => find.Contains("as bytes", StringComparison.Ordinal) || find.Contains("holds ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_survives_the_daemon_and_not_the_host()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        await UseAsync(daemon.Client, name, new Secrets());
        var shown = await ShowAsync(daemon.Client, name);
        await daemon.KillAsync(Ct);

        daemon = await root.StartAsync(Ct);
        Assert.Equal(shown, await ShowAsync(daemon.Client, name));
        Assert.Contains($"\">{name}</property>", await File.ReadAllTextAsync(root.Below(Journal + "/qubes.xml"), Ct), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root.Below(Journal)));
        Assert.Equal(0, await daemon.StopAsync(Ct));

        Directory.Delete(root.Below(Journal), recursive: true); // as a reboot does
        daemon = await root.StartAsync(Ct);
        Assert.DoesNotContain(name, await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        Assert.Equal("default=False type=vm ", await daemon.Client.MustAsync("admin.vm.property.Get", "netvm", "work", "", Ct));
        Assert.DoesNotContain(name, await daemon.Client.MustAsync("admin.vm.tag.List", "", "work", "", Ct), StringComparison.Ordinal);
        Assert.Contains("kept", await daemon.Client.MustAsync("admin.vm.tag.List", "", "work", "", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_shows_it_only_to_who_asks_for_disposables()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        await UseAsync(daemon.Client, name, new Secrets());
        string[] arguments = ["log", "--root", root.Path, "--json"];
        var without = await Command.RunAsync(Repository.History(), arguments, Ct);
        Assert.DoesNotContain(name, without, StringComparison.Ordinal);
        Assert.Contains("@disposable", without, StringComparison.Ordinal);
        var with = await Command.RunAsync(Repository.History(), [.. arguments, "--with-disposables"], Ct);
        Assert.Contains(name, with, StringComparison.Ordinal);
        Assert.Contains("\"ephemeral\":1,", with, StringComparison.Ordinal);
        Assert.Equal(without.Split('\n'), with.Split('\n').Where(line => !line.Contains("\"ephemeral\":", StringComparison.Ordinal)));
        await Command.RunAsync(Repository.History(), ["log", "--root", root.Path, "--with-disposables", "--qube", name], Ct);
    }

    [Fact]
    public async Task It_is_shown_while_the_log_cannot_be_opened()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        await root.ConfigureAsync("log: {connection: \"Host=/nowhere;Username=nobody;Database=none\"}\n", Ct);
        daemon = await root.StartAsync(Ct);
        Assert.Contains(name, await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        Assert.False((await daemon.Client.CallAsync("admin.vm.tag.Set", "x", name, "", Ct)).IsOk);
    }

    [Fact]
    public async Task A_journal_that_does_not_fit_the_log_is_left_out()
    {
        await using var other = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(other);
        var name = await CreateAsync(daemon.Client);
        Assert.Equal(0, await daemon.StopAsync(Ct));

        await using var shorter = await FreshRoot.CreateAsync(Ct);
        await LeavesOutAsync(shorter, other, name, "it follows on events that are not in the log");
        await using var foreign = RootFolder.Create();
        await (await foreign.StartAsync(Ct)).StopAsync(Ct);
        await LeavesOutAsync(foreign, other, name, "it belongs to another log");
        await File.WriteAllTextAsync(foreign.Below(Journal + "/events"), "no journal", Ct);
        daemon = await foreign.StartAsync(Ct);
        Assert.Contains("it cannot be read", daemon.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("after-journal:2", false)]
    [InlineData("before-commit", false)]
    [InlineData("after-commit", true)]
    public async Task What_the_journal_and_the_log_tell_together_is_there_or_not_at_all(string fault, bool made)
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        Assert.Equal(0, await daemon.StopAsync(Ct));

        // The first change of the run that goes to both: a disposable that provides network, and a kept qube that uses it. It comes after the
        // commit that notes what the host is, where there is one.
        var doomed = await root.StartAsync(Ct, new DaemonOptions { Fault = fault.Contains(':', StringComparison.Ordinal) ? fault : fault + ":1" });
        await doomed.Client.MustAsync("admin.vm.property.Set", "provides_network", name, "True", Ct);
        var reply = await doomed.Client.CallAsync("admin.vm.property.Set", "netvm", "work", name, Ct);
        Assert.False(reply.IsOk, "the daemon answered");
        await doomed.WaitForExitAsync(DaemonProcess.StopLimit, Ct);

        daemon = await root.StartAsync(Ct);
        Assert.Equal(made ? $"default=False type=vm {name}" : "default=True type=vm ", await daemon.Client.MustAsync("admin.vm.property.Get", "netvm", "work", "", Ct));
        Assert.Contains(name, await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task Settings_that_change_take_a_disposable_into_the_log_and_out_of_it()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        await UseAsync(daemon.Client, name, new Secrets());
        var shown = await ShowAsync(daemon.Client, name);
        Assert.Equal(0, await daemon.StopAsync(Ct));

        await root.ConfigureAsync("disposables: store\n", Ct);
        daemon = await root.StartAsync(Ct);
        Assert.Equal(shown, await ShowAsync(daemon.Client, name));
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.Contains(name, await File.ReadAllTextAsync(root.StoreFile, Ct), StringComparison.Ordinal);

        await root.ConfigureAsync("disposables: forget\n", Ct);
        daemon = await root.StartAsync(Ct);
        Assert.Equal(shown, await ShowAsync(daemon.Client, name));
        Assert.Equal(0, await daemon.StopAsync(Ct));
        Assert.DoesNotContain(name, await File.ReadAllTextAsync(root.StoreFile, Ct), StringComparison.Ordinal);
    }

    private static async Task LeavesOutAsync(RootFolder root, RootFolder other, string name, string reason)
    {
        File.Copy(other.Below(Journal + "/events"), root.Below(Journal + "/events"), overwrite: true);
        var daemon = await root.StartAsync(Ct);
        Assert.Contains(reason, daemon.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(name, await daemon.Client.MustAsync("admin.vm.List", "", "dom0", "", Ct), StringComparison.Ordinal);
        Assert.Equal(0, await daemon.StopAsync(Ct));
    }

    private static async Task<Secrets> LiveAsync(RootFolder root, bool alive)
    {
        var daemon = await StartAsync(root);
        var name = await CreateAsync(daemon.Client);
        var secrets = new Secrets();
        await UseAsync(daemon.Client, name, secrets);
        if (!alive)
        {
            await daemon.Client.MustAsync("admin.vm.property.Set", "netvm", "work", "", Ct);
            await daemon.Client.MustAsync("admin.vm.Remove", "", name, "", Ct);
            await daemon.Client.MustAsync("admin.vm.tag.Remove", "created-by-" + name, "work", "", Ct);
        }

        await daemon.Client.MustAsync("admin.vm.tag.Set", "last", "work", "", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));
        return secrets;
    }

    private static async Task<DaemonProcess> StartAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=red", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=dvm label=red", Ct);
        await daemon.Client.MustAsync("admin.vm.property.Set", "template_for_dispvms", "dvm", "True", Ct);
        return daemon;
    }

    private static Task<string> CreateAsync(AdminClient client) => client.MustAsync("admin.vm.CreateDisposable", "", "dvm", "", Ct);

    // Everything that can be said of it and that can refer to it.
    private static async Task UseAsync(AdminClient client, string name, Secrets secrets)
    {
        var marker = "q" + Guid.NewGuid().ToString("N")[..12];
        secrets.Add(name);
        secrets.Add(marker);
        secrets.AddIdentity((await client.MustAsync("admin.vm.property.Get", "uuid", name, "", Ct)).Split(' ')[^1]);
        await client.MustAsync("admin.vm.property.Set", "default_user", name, marker, Ct);
        await client.MustAsync("admin.vm.property.Set", "provides_network", name, "True", Ct);
        await client.MustAsync("admin.vm.feature.Set", marker, name, marker, Ct);
        await client.MustAsync("admin.vm.tag.Set", marker, name, "", Ct);
        await client.MustAsync("admin.vm.notes.Set", "", name, "notes " + marker, Ct);
        await client.MustAsync("admin.vm.firewall.Set", "", name, $"action=accept dsthost={marker}.example\naction=drop\n", Ct);
        await client.MustAsync("admin.vm.volume.Set.revisions_to_keep", "private", name, "3", Ct);

        await client.MustAsync("admin.vm.tag.Set", "created-by-" + name, "work", "", Ct);
        await client.MustAsync("admin.vm.tag.Set", "kept", "work", "", Ct, source: name);
        await client.MustAsync("admin.vm.feature.Set", "shown-in", "work", name, Ct);
        await client.MustAsync("admin.vm.property.Set", "netvm", "work", name, Ct);
        await client.MustAsync("admin.vm.property.Set", "label", "work", "blue", Ct);

        // What is refused is not to be told either.
        Assert.False((await client.CallAsync("admin.vm.property.Set", "netvm", name, "no-such-qube", Ct)).IsOk);
        Assert.False((await client.CallAsync("admin.vm.Remove", "", name, "", Ct)).IsOk);
    }

    private static async Task<string> ShowAsync(AdminClient client, string name)
    {
        var list = await client.MustAsync("admin.vm.List", "", "dom0", "", Ct);
        List<string> shown = [string.Join('\n', list.Split('\n').Order(StringComparer.Ordinal))];
        foreach (var qube in new[] { name, "work", "dvm" })
        {
            shown.Add(await client.MustAsync("admin.vm.property.GetAll", "", qube, "", Ct));
            shown.Add(await client.MustAsync("admin.vm.feature.List", "", qube, "", Ct));
            shown.Add(await client.MustAsync("admin.vm.tag.List", "", qube, "", Ct));
            shown.Add(await client.MustAsync("admin.vm.firewall.Get", "", qube, "", Ct));
            shown.Add(await client.MustAsync("admin.vm.notes.Get", "", qube, "", Ct));
        }

        return string.Join('\n', shown);
    }
}
