using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The daemon signs what is durable, finds what does not fit, and says so.</summary>
public sealed class CheckpointKeeperTests(TestServer server)
{
    [Fact]
    public async Task Checkpoints_follow_the_log_while_it_grows()
    {
        await using var log = await SignedLog.CreateAsync(server);
        using var ending = new CancellationTokenSource();
        using var keeper = log.Log.MakeCheckpoints(log.Options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var running = keeper.RunAsync(ending.Token);
        for (var round = 1; round <= 4; round++)
        {
            await log.AppendAsync(round, 150);
            await Wait.UntilAsync(() => Task.FromResult(log.Files.ReadNewest()?.Checkpoint.Size == round * 150));
        }

        await ending.CancelAsync();
        await running;
        var report = await log.VerifyAsync();
        Assert.Null(report.Fault);
        Assert.True(report.Checkpoints >= 5); // in the table, and the file
        Assert.Equal((600, 600), (report.Covered.Value, report.CoveredOutside.Value));
        Assert.Equal(log.Log.Appender.HeadHash.ToArray(), log.Files.ReadNewest()!.Checkpoint.Chain.ToArray());
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(log.Options.KeyFile));
    }

    [Fact]
    public async Task The_next_start_goes_on_and_an_old_log_is_taken_in()
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 300); // before there was a key
        await log.ReopenAsync();
        await log.SignAsync();
        await log.AppendAsync(2, 300); // and killed before the next checkpoint
        await log.ReopenAsync();
        await log.SignAsync();
        await log.SignAsync(); // nothing new
        Assert.Equal(600, log.Files.ReadNewest()!.Checkpoint.Size);
        Assert.Equal(["300", "600"], await log.Database.ListAsync("select size::text from qubes.qubes_checkpoints order by number"));
        Assert.Null((await log.VerifyAsync()).Fault);
        Assert.Empty(log.Said);
    }

    [Fact]
    public async Task A_damaged_tree_is_found_and_made_anew()
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 600);
        await log.SignAsync();
        await log.Database.ExecuteAsync("update qubes.qubes_merkle set hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) where level = 0 and tile = 2");
        var fault = (await log.VerifyAsync()).Fault;
        Assert.Equal(514, fault?.Position.Value);
        Assert.Contains("qubes_merkle", fault?.Reason, StringComparison.Ordinal);
        await log.Database.ExecuteAsync("delete from qubes.qubes_merkle where level = 0 and tile = 1");
        Assert.Equal(257, (await log.VerifyAsync()).Fault?.Position.Value);
        await log.AppendAsync(2, 1);
        await log.ReopenAsync();
        await log.SignAsync();
        Assert.Null((await log.VerifyAsync()).Fault);
        Assert.Empty(log.Said);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_roll_back_is_said_loudly_and_nothing_is_signed_until_it_is_accepted(bool keepsTables)
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 50);
        await log.SignAsync();
        await log.AppendAsync(2, 50);
        await log.SignAsync();
        await log.Database.ExecuteAsync(
            "delete from qubes.mt_events where seq_id > 50; delete from qubes.mt_streams where id not in (select stream_id from qubes.mt_events);" +
            (keepsTables ? "" : "delete from qubes.qubes_checkpoints where size > 50; update qubes.qubes_merkle set hashes = substr(hashes, 1, 1600)"));
        await log.ReopenAsync();
        Assert.Equal(51, (await log.VerifyAsync()).Fault?.Position.Value);
        Assert.Equal(keepsTables ? 51 : null, (await log.VerifyAsync(withFile: false)).Fault?.Position.Value);
        await log.AppendAsync(3, 5); // the daemon goes on
        await log.SignAsync();
        Assert.Contains(log.Said, line => line.StartsWith("Critical THE EVENT LOG DOES NOT FIT", StringComparison.Ordinal));
        Assert.Equal(100, log.Files.ReadNewest()!.Checkpoint.Size);

        await log.Files.AcceptAsync(new LogPosition(55), Convert.ToHexStringLower(log.Log.Appender.HeadHash.Span), default);
        await log.SignAsync();
        await log.SignAsync();
        Assert.Equal(55, log.Files.ReadNewest()!.Checkpoint.Size);
        var report = await log.VerifyAsync();
        Assert.Null(report.Fault);
        Assert.Equal(keepsTables ? 1 : 0, report.Refused);
        Assert.Single(Directory.GetFiles(log.Folder, "checkpoint.refused-*"));
        Assert.False(File.Exists(log.Files.Accepted));
    }

    [Fact]
    public async Task An_acceptance_of_another_log_does_not_count()
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 10);
        await log.SignAsync();
        await log.Files.AcceptAsync(new LogPosition(9), new string('0', 64), default);
        await log.Database.ExecuteAsync("delete from qubes.mt_events where seq_id > 9; update qubes.mt_streams set version = 9");
        await log.ReopenAsync();
        await log.SignAsync();
        Assert.Contains(log.Said, line => line.Contains("this is not that log", StringComparison.Ordinal));
        Assert.Equal(10, log.Files.ReadNewest()!.Checkpoint.Size);
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_refused()
    {
        await using var log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 1);
        await log.SignAsync();
        File.SetUnixFileMode(log.Options.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var refused = await Assert.ThrowsAsync<ProofException>(() => CheckpointKey.OpenAsync(log.Options.KeyFile, null, default));
        Assert.Contains("has the mode 0440", refused.Message, StringComparison.Ordinal);
        await log.AppendAsync(1, 1);
        await log.SignAsync();
        Assert.Contains(log.Said, line => line.Contains("others could have read it", StringComparison.Ordinal));
        Assert.Equal(1, log.Files.ReadNewest()!.Checkpoint.Size);
    }

    [Fact]
    public async Task Witnesses_get_each_checkpoint_and_hold_up_nobody()
    {
        await using var log = await SignedLog.CreateAsync(server);
        var (kept, path) = (Path.Combine(log.Folder, "witnessed"), Path.Combine(log.Folder, "socket"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        log.Options = log.Options with { WitnessCommand = ["/usr/bin/tee", kept], WitnessSocket = path };
        var received = Task.Run(async () =>
        {
            using var client = await listener.AcceptAsync();
            await using var stream = new NetworkStream(client);
            return await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync();
        });
        await log.AppendAsync(1, 3);
        await log.SignAsync();
        var newest = log.Files.ReadNewest()!.Note;
        Assert.Equal(newest, await received);
        Assert.Equal(newest, await File.ReadAllTextAsync(kept));

        log.Options = log.Options with { WitnessCommand = ["/usr/bin/false"], WitnessSocket = null };
        await log.AppendAsync(1, 3);
        await log.SignAsync();
        Assert.Equal(6, log.Files.ReadNewest()!.Checkpoint.Size);
        Assert.Contains(log.Said, line => line.Contains("/usr/bin/false ended with 1", StringComparison.Ordinal));
    }
}
