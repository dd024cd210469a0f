namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The disk of the log is full: writes fail cleanly, reads go on, and free space is enough to go on.</summary>
public sealed class FullDiskTests
{
    private const int DiskMebibytes = 256;
    private const int MostWrites = 20_000;
    private const string LogFolder = "/var/lib/qubes/log";

    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(120);

    // PostgreSQL compresses what repeats itself.
    private static readonly string BigValue = RandomText(50_000);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_fail_with_an_exception_and_work_again_once_there_is_space()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system needs root.");
        await using var root = RootFolder.Create();
        await root.MountSmallDiskAsync(LogFolder, DiskMebibytes, Ct);
        var daemon = await root.StartAsync(Ct);
        await using var probe = new Probe(daemon.Client);
        await SetAsync(daemon, 0);

        var filler = root.Below(LogFolder) + "/filler";
        Fill(filler);
        var (acknowledged, refusal) = await WriteUntilRefusedAsync(daemon);
        Assert.True(refusal is { Kind: ReplyKind.Exception, ExceptionType: "QubesException" }, $"{refusal}\n{daemon.Tail}");
        daemon.AssertAlive();
        await AssertShowsAsync(daemon, acknowledged);

        File.Delete(filler);
        await Eventually.TrueAsync("writes work again", async () => (await SetAsync(daemon, MostWrites + 1)).IsOk, RecoveryLimit, Ct, () => daemon.Tail);
        await AssertShowsAsync(daemon, MostWrites + 1);
        await probe.AssertUnaffectedAsync(daemon);

        Assert.Equal(0, await daemon.StopAsync(Ct));
        var again = await root.StartAsync(Ct);
        await AssertShowsAsync(again, MostWrites + 1);
        await History.AssertVerifiesAsync(root, Ct);
    }

    private static string RandomText(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return Convert.ToBase64String(bytes)[..length];
    }

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1024 * 1024; size >= 1024; size /= 2)
        {
            try
            {
                while (true)
                    stream.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full for pieces of this size; smaller ones may still fit.
            }
        }
    }

    // What PostgreSQL has allocated before takes some more writes.
    private static async Task<(int Acknowledged, AdminReply Refusal)> WriteUntilRefusedAsync(DaemonProcess daemon)
    {
        for (var i = 1; i <= MostWrites; i++)
        {
            var reply = await SetAsync(daemon, i);
            if (!reply.IsOk)
                return (i - 1, reply);
        }

        Assert.Fail($"{MostWrites} big writes fitted on a full disk.");
        return default;
    }

    private static Task<AdminReply> SetAsync(DaemonProcess daemon, int number) =>
        daemon.Client.CallAsync("admin.vm.feature.Set", "big", "dom0", $"{number}-{BigValue}", Ct);

    private static async Task AssertShowsAsync(DaemonProcess daemon, int number)
    {
        var value = await daemon.Client.MustAsync("admin.vm.feature.Get", "big", "dom0", "", Ct);
        Assert.True(value.StartsWith($"{number}-", StringComparison.Ordinal), $"{number} was acknowledged, {Readable.Text(value, 40)} is there.\n{daemon.Tail}");
    }
}
