using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary><c>qubesd storage check</c>, with a real daemon and whatever may lie in a pool.</summary>
public sealed class StorageCheckTests
{
    private const string Pool = "/var/lib/qubes";
    private const string Second = "/var/lib/second";
    private const int Columns = 80;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_interrupted_work_left_goes_and_what_may_be_somebody_s_stays()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        Assert.Equal(0, (await CheckAsync(root)).Code);
        Assert.Contains("all is well", (await CheckAsync(root, "--fix")).Output, StringComparison.Ordinal);

        string[] leftOver = ["disp77/volatile-dirty.img", "gone/private-import.img", "gone/private.img~new", "gone/private-precache.img", "work/private.img~new", "work/root-import.img~x"];
        string[] somebody = ["gone/private.img", "gone/private-dirty.img", "gone/private.img.3@2024-05-06T07:08:09Z", "work/other.img", "work/private.img.old"];
        foreach (var name in leftOver.Concat(somebody))
        {
            await WriteAsync(root, name, name);
        }

        Directory.CreateDirectory(root.Below(Pool + "/appvms/empty"));
        var outside = await LinkOutOfThePoolAsync(root);

        var (code, found) = await ReportAsync(root);
        Assert.Equal(2, code);
        string[] links = ["linked/private-import.img", "out", "work/private-import.img~x"];
        Assert.Equal(leftOver.Append("empty").Order(StringComparer.Ordinal), Places(found, leftOver: true));
        Assert.Equal(somebody.Concat(links).Order(StringComparer.Ordinal), Places(found, leftOver: false));
        Assert.All(leftOver.Concat(somebody), name => Assert.True(File.Exists(PathOf(root, name)), name));

        var (mended, text, _) = await CheckAsync(root, "--fix");
        Assert.Equal(2, mended);
        Assert.Contains("15 found, 7 mended, 8 left.", text, StringComparison.Ordinal);
        Assert.All(leftOver, name => Assert.False(File.Exists(PathOf(root, name)), name));
        Assert.All(somebody, name => Assert.Equal(name, File.ReadAllText(PathOf(root, name))));
        Assert.False(Directory.Exists(root.Below(Pool + "/appvms/empty")));
        Assert.All(Directory.GetFiles(outside), file => Assert.Equal("theirs", File.ReadAllText(file)));
        Assert.Equal((2, 2), (Directory.GetFiles(outside).Length, (await ReportAsync(root)).Code));

        foreach (var name in somebody.Concat(links))
        {
            File.Delete(PathOf(root, name)); // of a link the link alone
        }

        Assert.Equal(["gone", "linked"], Places((await ReportAsync(root, "--fix")).Report, leftOver: true)); // the folders that are empty now
        Assert.Equal(0, (await CheckAsync(root)).Code);
        await History.AssertVerifiesAsync(root, Ct);
        daemon.AssertAlive();
    }

    [Fact]
    public async Task Volumes_that_are_not_as_the_log_says_are_found_and_mended_where_nothing_is_lost()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=lost label=red", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=runs label=red", Ct);
        await daemon.Client.MustAsync("admin.vm.Start", "", "runs", "", Ct);
        await WriteAsync(root, "work/private-dirty.img", "what the run wrote");
        await WriteAsync(root, "work/volatile-dirty.img", "what does not last");
        File.Delete(PathOf(root, "lost/private.img"));

        var (code, found) = await ReportAsync(root);
        Assert.Equal(2, code);
        Assert.Equal(["lost/private missing False", "work/private dirty False", "work/volatile dirty False"], Faults(found));

        (code, found) = await ReportAsync(root, "--fix");
        Assert.Equal(2, code);
        Assert.Equal(["lost/private missing False", "work/private dirty True", "work/volatile dirty True"], Faults(found));
        Assert.Equal("what the run wrote", await File.ReadAllTextAsync(PathOf(root, "work/private.img"), Ct));
        Assert.False(File.Exists(PathOf(root, "work/volatile-dirty.img")));
        Assert.True(File.Exists(PathOf(root, "runs/private-dirty.img")));
        Assert.Equal("1\n", await daemon.Client.MustAsync("admin.vm.volume.ListSnapshots", "private", "work", "", Ct));

        var (_, text, _) = await CheckAsync(root, "--fix");
        Assert.Contains("private of lost has no data\n    appvms/lost/private\n    restore it from a backup, or clear the volume", text, StringComparison.Ordinal);
        await daemon.Client.MustAsync("admin.vm.volume.Clear", "private", "lost", "", Ct);
        Assert.Equal(0, (await CheckAsync(root)).Code);
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task Volumes_that_were_never_made_are_made()
    {
        await using var first = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(first);
        await daemon.Client.MustAsync("admin.pool.Add", "file-reflink", "dom0", $"name=second\ndir_path={Second}\nsetup_check=no", Ct);
        await daemon.Client.MustAsync("admin.vm.CreateInPool.AppVM", "tpl", "dom0", "name=away label=red pool:private=second", Ct);
        Assert.Equal(0, await daemon.StopAsync(Ct));

        await using var root = RootFolder.Create();
        daemon = await root.StartAsync(Ct, new DaemonOptions { Import = first.StoreFile });
        var (code, text, _) = await CheckAsync(root, "--fix");
        Assert.Equal(2, code);
        Assert.Contains("the volumes of away were never made\n    The folder /var/lib/second of pool second is not there\n", text, StringComparison.Ordinal);
        Assert.Contains("cannot be looked at: The folder /var/lib/second of pool second is not there\n", text, StringComparison.Ordinal);

        Directory.CreateDirectory(root.Below(Second));
        var (_, found) = await ReportAsync(root);
        Assert.Equal(["away/ never-made False"], Faults(found));
        Assert.False(Directory.Exists(root.Below(Second + "/appvms")));
        (code, found) = await ReportAsync(root, "--fix");
        Assert.Equal(0, code);
        Assert.Equal(["away/ never-made True"], Faults(found));
        Assert.True(File.Exists(root.Below(Second + "/appvms/away/private.img")));
        Assert.Contains("all is well", (await CheckAsync(root)).Output, StringComparison.Ordinal);
        await daemon.Client.MustAsync("admin.vm.Start", "", "away", "", Ct);
        await History.AssertVerifiesAsync(root, Ct);
    }

    [Fact]
    public async Task What_a_removed_qube_left_goes()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        Assert.True(File.Exists(PathOf(root, "work/private.img")));
        await daemon.Client.MustAsync("admin.vm.Remove", "", "work", "", Ct);
        Assert.False(Directory.Exists(PathOf(root, "work")));
        Assert.Equal(0, (await CheckAsync(root)).Code);
    }

    [Fact]
    public async Task The_log_tells_that_it_is_gone()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        await daemon.Client.MustAsync("admin.vm.Remove", "", "work", "", Ct);
        Assert.Contains(await History.ReadAsync(root, Ct), entry => entry.Type == "domain-remove-from-disk");
    }

    [Fact]
    public async Task Work_under_way_is_not_taken_for_interrupted_work()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var daemon = await StartAsync(root);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"q{worker}");
            var rounds = 0;
            for (; rounds == 0 || !enough.IsCancellationRequested; rounds++)
            {
                await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", $"name={name} label=red", Ct);
                await daemon.Client.MustAsync("admin.vm.Start", "", name, "", Ct);
                await daemon.Client.MustAsync("admin.vm.Kill", "", name, "", Ct);
                await daemon.Client.MustAsync("admin.vm.volume.Clear", "private", name, "", Ct);
                var token = await daemon.Client.MustAsync("admin.vm.volume.CloneFrom", "private", "work", "", Ct);
                await daemon.Client.MustAsync("admin.vm.volume.CloneTo", "private", name, token, Ct);
                await daemon.Client.MustAsync("admin.vm.Remove", "", name, "", Ct);
            }

            return rounds;
        })).ToList();
        var looks = 0;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Long; looks++)
        {
            var report = JsonDocument.Parse(await daemon.Client.MustAsync("qubes.cqrs.StorageCheck", "fix", "dom0", "", Ct)).RootElement;
            Assert.Equal([], Places(report, leftOver: false));
        }

        await enough.CancelAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{looks} looks while {(await Task.WhenAll(workers)).Sum()} qubes lived");
        Assert.Equal(0, (await CheckAsync(root)).Code);
    }

    [Fact]
    public async Task Without_a_daemon_nothing_can_be_checked()
    {
        await using var root = RootFolder.Create();
        var (code, output, error) = await CheckAsync(root, "--fix");
        Assert.Equal((1, ""), (code, output));
        Assert.Equal("qubesd: storage cannot be checked: the daemon is not running; start qubesd, then try again\n", error);
        Assert.NotEqual(0, (await CheckAsync(root, "--nonsense")).Code);
        Assert.NotEqual(0, (await CheckAsync(root, "pool")).Code);
        Assert.Contains("  qubesd storage check --fix\n", (await CheckAsync(root, "--help")).Output, StringComparison.Ordinal);
    }

    private static async Task<DaemonProcess> StartAsync(RootFolder root)
    {
        var daemon = await root.StartAsync(Ct);
        await daemon.Client.MustAsync("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black", Ct);
        await daemon.Client.MustAsync("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=red", Ct);
        return daemon;
    }

    // A link to a folder, one from the folder of nobody, one from the folder of a qube.
    private static async Task<string> LinkOutOfThePoolAsync(RootFolder root)
    {
        var outside = root.Below("/outside");
        Directory.CreateDirectory(outside);
        foreach (var name in (string[])["private.img", "private-import.img"])
        {
            await File.WriteAllTextAsync(Path.Combine(outside, name), "theirs", Ct);
        }

        Directory.CreateSymbolicLink(root.Below(Pool + "/appvms/out"), outside);
        Directory.CreateDirectory(root.Below(Pool + "/appvms/linked"));
        File.CreateSymbolicLink(PathOf(root, "linked/private-import.img"), outside + "/private.img");
        File.CreateSymbolicLink(PathOf(root, "work/private-import.img~x"), outside + "/private.img");
        return outside;
    }

    private static string PathOf(RootFolder root, string name) => root.Below($"{Pool}/appvms/{name}");

    private static async Task WriteAsync(RootFolder root, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(root, name))!); // it has a folder
        await File.WriteAllTextAsync(PathOf(root, name), text, Ct);
    }

    // What it found fits a terminal.
    private static async Task<(int Code, string Output, string Error)> CheckAsync(RootFolder root, params string[] options)
    {
        var result = await Command.ExecuteAsync(Repository.Daemon(), ["storage", "check", "--root", root.Path, .. options], Ct);
        Assert.All(result.Code == 1 || options is ["--help"] or [.., "--json"] ? [] : result.Output.Split('\n'), line => Assert.True(line.Length <= Columns, line));
        return result;
    }

    private static async Task<(int Code, JsonElement Report)> ReportAsync(RootFolder root, params string[] options)
    {
        var (code, output, error) = await CheckAsync(root, [.. options, "--json"]);
        Assert.True(output.Length > 0, error);
        return (code, JsonDocument.Parse(output).RootElement);
    }

    private static IEnumerable<JsonElement> All(JsonElement report, string what) => report.GetProperty("pools").EnumerateArray().SelectMany(pool => pool.GetProperty(what).EnumerateArray());

    private static IEnumerable<string> Places(JsonElement report, bool leftOver) =>
        from stray in All(report, "strays")
        where stray.GetProperty("leftOver").GetBoolean() == leftOver
        select stray.GetProperty("place").GetString()!["appvms/".Length..] into place
        orderby place
        select place;

    private static IEnumerable<string> Faults(JsonElement report) =>
        All(report, "volumes").Select(volume => $"{volume.GetProperty("qube")}/{volume.GetProperty("volume")} {volume.GetProperty("fault")} {volume.GetProperty("mended")}");
}
