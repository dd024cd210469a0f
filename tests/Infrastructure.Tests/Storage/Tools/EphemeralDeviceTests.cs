using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Encrypting devices with keys that nobody keeps, and the files that tell what runs.</summary>
/// <remarks>Source: spec, storage 4.</remarks>
public sealed class EphemeralDeviceTests : IDisposable
{
    private const string Device = "/dev/mapper/vm-volatile-my_dqube-crypt@volatile";

    private readonly ProgramFolder programs = new();
    private readonly StepsHeard steps = new();

    public EphemeralDeviceTests()
    {
        Directory.CreateDirectory(programs.On("/dev/mapper"));
        programs.Write(
            "/usr/sbin/cryptsetup",
            $"echo \"$LC_ALL $*\" >> \"$LOG\"\nfor name; do :; done\ncase $1 in open) yes | head -c 100000 > '{programs.On("/dev/mapper")}'/$name ;; *) rm '{programs.On("/dev/mapper")}'/$name ;; esac");
    }

    public void Dispose() => programs.Dispose();

    [Fact]
    public async Task A_start_has_a_new_key_and_an_empty_beginning()
    {
        var devices = Devices();
        for (var run = 0; run < 2; run++)
        {
            await devices.OpenAsync("/pool/appvms/my-qube/volatile-dirty.img", Device, default);
            var content = await File.ReadAllBytesAsync(programs.On(Device), TestContext.Current.CancellationToken);
            Assert.Equal(100_000, content.Length);
            Assert.False(content.AsSpan(0, 65536).ContainsAnyExcept((byte)0));
            Assert.Equal((byte)'y', content[65536]);
        }

        await devices.CloseAsync(Device, default);
        await devices.CloseAsync(Device, default);

        var open = $"C.UTF-8 open --batch-mode --type plain --cipher aes-xts-plain64 --key-size 512 --key-file /dev/urandom -- {programs.On("/pool/appvms/my-qube/volatile-dirty.img")} vm-volatile-my_dqube-crypt@volatile";
        const string close = "C.UTF-8 close -- vm-volatile-my_dqube-crypt@volatile";
        Assert.Equal([open, close, open, close], programs.Log());
        Assert.Equal(6, steps.Heard.Count);
    }

    [Theory]
    [InlineData("/dev/mapper/--help")]
    [InlineData("/dev/mapper/../sda")]
    [InlineData("/dev/mapper/a b")]
    [InlineData("/dev/sda")]
    [InlineData("")]
    public async Task Another_device_is_refused(string device)
    {
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Devices().OpenAsync("/x", device, default));
        await Assert.ThrowsAsync<StorageRefusedException>(async () => await Devices().CloseAsync(device, default));
        Assert.Empty(programs.Log());
    }

    [Fact]
    public void What_runs_has_a_file()
    {
        var running = new RunningVolumes(programs.Paths, steps);
        running.Mark("vm-pool", "qubes_dom0/vm-work-private");
        running.Mark("vm-pool", "qubes_dom0/vm-work-private");

        Assert.True(running.IsMarked("vm-pool", "qubes_dom0/vm-work-private"));
        Assert.Equal(["volume-running-vm--pool:qubes_dom0-vm--work--private"], Directory.GetFiles(programs.On("/run/qubes")).Select(Path.GetFileName));
        running.Unmark("vm-pool", "qubes_dom0/vm-work-private");
        running.Unmark("vm-pool", "qubes_dom0/vm-work-private");
        Assert.False(running.IsMarked("vm-pool", "qubes_dom0/vm-work-private"));
        Assert.Equal(2, steps.Heard.Count);
    }

    [Fact]
    public void A_pool_s_name_may_be_as_long_as_a_file_s()
    {
        var running = new RunningVolumes(programs.Paths, steps);
        running.Mark(new string('p', 255), "appvms/a/private");
        Assert.True(running.IsMarked(new string('p', 255), "appvms/a/private"));
        Assert.False(running.IsMarked(new string('p', 255), "appvms/a/volatile"));
    }

    private EphemeralDevices Devices() => new(new StorageTools(new HostToolRunner(programs.Paths), steps), programs.Paths, steps);

    private sealed class StepsHeard : Commands.IStorageSteps
    {
        public List<string> Heard { get; } = [];

        public void Before(string what) => Heard.Add(what);
    }
}
