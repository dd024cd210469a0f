using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Callback pools: their configuration, and the programs that are called.</summary>
/// <remarks>Source: spec, storage 10.</remarks>
public sealed class CallbackTests : IDisposable
{
    private const string Entry = "\"bdriver\": \"file-reflink\", \"bdriver_args\": {\"dir_path\": \"/pool\", \"setup_check\": false, \"revisions_to_keep\": 2}";
    private static readonly PoolDriver Callback = PoolDrivers.Find(PoolDrivers.Callback) ?? throw new InvalidOperationException("there is no such driver");

    private readonly ProgramFolder programs = new();

    public CallbackTests() => programs.Write("/usr/bin/told", "printf '%s|' \"$@\" >> \"$LOG\"; echo >> \"$LOG\"");

    public void Dispose() => programs.Dispose();

    [Fact]
    public async Task The_general_command_is_told_what_goes_on()
    {
        var json = Configure($"{{{Entry}, \"cmd\": \"/usr/bin/told 'a b'\"}}");
        var host = new LinuxPoolHost(programs.Paths, NoSteps.Instance);
        Assert.Equal(PoolSetup.Done, await SetUpAsync(host));
        var driver = Driver(host);
        var volume = Volume();
        await driver.CreateAsync(volume, mayExist: false, default);
        await driver.PrepareImportAsync(volume, 5, default);
        await driver.CommitImportAsync(volume, default);
        await driver.PrepareImportAsync(volume, 5, default);
        await driver.DiscardImportAsync(volume, default);
        await driver.ResizeAsync(volume, 7, default);
        await driver.StartAsync(volume, default);
        await driver.StopAsync(volume, default);
        await driver.EndExportAsync(volume, await driver.ExportAsync(volume, default), default);
        await driver.PrepareCloneAsync(volume, volume, default);
        await driver.CommitImportAsync(volume, default);
        await driver.RemoveAsync(volume, default);
        await host.Callbacks.DestroyedAsync(volume.Pool, default);

        string Told(string callback, string arguments = "") => $"a b|p|file-reflink|{callback}|c1|{json}|{arguments}";
        Assert.Equal(
            [
                Told("pre_sinit"), Told("pre_setup"), Told("pre_volume_create"), Told("post_volume_create"), Told("pre_volume_import_data", "5|"),
                Told("post_volume_import_data_end", "True|"), Told("pre_volume_import_data", "5|"), Told("post_volume_import_data_end", "False|"),
                Told("pre_volume_resize", "7|"), Told("pre_volume_start"), Told("post_volume_start"), Told("post_volume_stop"), Told("pre_volume_export"),
                Told("post_volume_export_end", "/pool/appvms/work/private.img|"), Told("pre_volume_import", "appvms/work/private|"),
                Told("post_volume_import", "appvms/work/private|"), Told("post_volume_remove"), Told("post_destroy"),
            ],
            programs.Log());
    }

    [Fact]
    public async Task A_callback_s_own_command_is_told_nothing_and_a_dash_switches_it_off()
    {
        Configure($"{{{Entry}, \"cmd\": \"told general\", \"pre_sinit\": \"-\", \"pre_setup\": \"told own\", \"pre_volume_create\": \"-\", \"post_volume_create\": \"-\"}}");
        var host = new LinuxPoolHost(programs.Paths, NoSteps.Instance);
        await SetUpAsync(host);
        await Driver(host).CreateAsync(Volume(), mayExist: false, default);

        Assert.Equal(["own|"], programs.Log());
    }

    [Fact]
    public async Task A_callback_that_fails_prevents_what_it_comes_before()
    {
        programs.Write("/usr/bin/no", "exit 3");
        Configure($"{{{Entry}, \"pre_volume_create\": \"no\"}}");
        var host = new LinuxPoolHost(programs.Paths, NoSteps.Instance);
        await SetUpAsync(host);
        var refused = await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver(host).CreateAsync(Volume(), mayExist: false, default));

        Assert.Equal("callback pre_volume_create of pool p failed with exit code 3", refused.Message);
        Assert.False((await Driver(host).LookAsync(Volume(), default)).Exists);
    }

    [Fact]
    public async Task The_first_use_begins_once_and_again_after_a_failure()
    {
        programs.Write("/usr/bin/begin", "echo begin >> \"$LOG\"; [ -e \"$LOG.ready\" ]");
        Configure($"{{{Entry}, \"pre_sinit\": \"begin\"}}");
        var host = new LinuxPoolHost(programs.Paths, NoSteps.Instance);
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Driver(host).LookAsync(Volume(), default));
        Directory.CreateDirectory(programs.On("/pool/appvms"));
        await File.WriteAllTextAsync(programs.On("/log.ready"), "", TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Driver(host).LookAsync(Volume(), default)));

        Assert.Equal(["begin", "begin"], programs.Log());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task A_callback_may_have_the_pool_set_up_again(string allowed, bool isMade)
    {
        programs.Write("/usr/bin/signal", "echo something; echo SIGNAL_setup");
        Configure($"{{{Entry}, \"signal_back\": {allowed}, \"pre_sinit\": \"signal\"}}");
        var host = new LinuxPoolHost(programs.Paths, NoSteps.Instance);
        await Record.ExceptionAsync(async () => await Driver(host).LookAsync(Volume(), default)); // without its folder the pool cannot be looked at

        Assert.Equal(isMade, Directory.Exists(programs.On("/pool/appvms")));
    }

    [Theory]
    [InlineData("[]", "The file /etc/qubes_callback.json is supposed to define a dict.")]
    [InlineData("{}", "The specified conf_id c1 could not be found inside /etc/qubes_callback.json.")]
    [InlineData("{\"c1\": {}}", "Missing bdriver for the conf_id c1 inside /etc/qubes_callback.json.")]
    [InlineData("{\"c1\": {\"bdriver\": \"nfs\"}}", "The driver nfs was not found on your system.")]
    [InlineData("{\"c1\": {\"bdriver\": \"callback\"}}", "The driver callback was not found on your system.")]
    [InlineData("{\"c1\": {\"bdriver\": \"file\"}}", "missing required driver options: dir_path")]
    [InlineData("{\"c1\": {\"bdriver\": \"file\", \"bdriver_args\": {\"dir_path\": \"/x\"}, \"cmd\": \"a; b\"}}", "The command 'a; b' cannot be used: ';' would need a shell")]
    [InlineData("{\"c1\": {\"bdriver\": \"file\", \"bdriver_args\": {\"dir_path\": \"/nowhere/x\"}}}", "Cannot create /nowhere/x: the folder above it is not there")]
    public async Task A_configuration_that_cannot_be_used_is_refused(string json, string text)
    {
        Directory.CreateDirectory(programs.On("/etc"));
        await File.WriteAllTextAsync(programs.On("/etc/qubes_callback.json"), json, TestContext.Current.CancellationToken);

        Assert.Equal(new PoolSetup(PoolSetupOutcome.BadConfiguration, text), await SetUpAsync(new LinuxPoolHost(programs.Paths, NoSteps.Instance)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("  a\tb\n c ", "a,b,c")]
    [InlineData("a 'b $c' \"d 'e' \\\" \\\\ \\x\"f", "a,b $c,d 'e' \" \\ \\xf")]
    [InlineData("a\\ b '' \"\"", "a b,,")]
    public void A_command_is_taken_apart_as_posix_quotes_it(string command, string words) =>
        Assert.Equal(words, string.Join(',', ConfiguredCommand.Split(command)));

    [Theory]
    [InlineData("a|b")]
    [InlineData("a $(b)")]
    [InlineData("a \"$b\"")]
    [InlineData("a `b`")]
    [InlineData("a > b")]
    [InlineData("a *")]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData("a \\")]
    [InlineData("a\0b")]
    public void What_only_a_shell_could_do_is_refused(string command) => Assert.Throws<StorageRefusedException>(() => ConfiguredCommand.Split(command));

    private string Configure(string entry)
    {
        Directory.CreateDirectory(programs.On("/etc"));
        File.WriteAllText(programs.On("/etc/qubes_callback.json"), $"{{\"c1\": {entry}}}");
        return entry;
    }

    private static ValueTask<PoolSetup> SetUpAsync(LinuxPoolHost host) => host.SetUpAsync(new NewPool("p", Callback, [new NamedText(PoolDrivers.ConfId, "c1")]), default);

    private CallbackDriver Driver(LinuxPoolHost host) => new(host.Callbacks, _ => new ReflinkDriver(programs.Paths, NoSteps.Instance));

    private static DriverVolume Volume() => new(
        new Pool("p", PoolDrivers.Callback, [new NamedText("name", "p"), new NamedText("driver", PoolDrivers.Callback), new NamedText(PoolDrivers.ConfId, "c1")]),
        "appvms/work/private",
        new VolumeConfig { Name = "private", Pool = "p", Vid = "appvms/work/private", Rw = true, SaveOnStop = true, RevisionsToKeep = 1, SizeBytes = 4096 });
}
