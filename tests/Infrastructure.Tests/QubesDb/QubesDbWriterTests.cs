using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The view of databases, written into real ones through their sockets.</summary>
public sealed class QubesDbWriterTests : IAsyncLifetime
{
    private static readonly QubeId Work = new(new Guid(1, 2, 3, new byte[8]));
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qdbw-");
    private readonly QubesDbFollower keys = new();
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
    private QubesDbServer server = null!;
    private QubesDbWriter writer = null!;
    private long position;
    private World world = World.Empty;

    private static Run Run => new("r", RunPhase.Spawned) { Xid = 7 };

    public ValueTask InitializeAsync()
    {
        server = NewServer();
        writer = NewWriter(new QubesDbOptions());
        Install("#!/bin/sh\necho \"$@\" > \"$(dirname \"$0\")/asked\"\n");
        Commit([.. FreshSystem.Events(new HostFacts { TimeZone = "Europe/Berlin" })]);
        Commit(new QubeAdded(Work, "work", QubeClass.StandaloneVM, 4, [], [], [], []));
        Commit(new StartRequested(Work, "r"), new QubeSpawning(Work, "r"), new QubeSpawned(Work, "r", 7, -1, null, 0));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await server.DisposeAsync();
        patience.Dispose();
        root.Delete(true);
    }

    [Fact]
    public async Task A_start_starts_the_daemon_and_writes_every_key()
    {
        await StartAsync();
        Assert.Equal("7 work\n", await File.ReadAllTextAsync(Path.Combine(root.FullName, "usr/sbin/asked")));
        Assert.Equal(Due(), Written());
        Assert.Equal(88, server.Keys["/qubes-random-seed"].Length);
        Assert.Equal(["/qubes-block-devices"], server.Watches);
    }

    [Fact]
    public async Task A_daemon_that_cannot_be_started_refuses_the_start()
    {
        Install("#!/bin/sh\nexit 3\n");
        Assert.Equal("Cannot execute qubesdb-daemon", (await Assert.ThrowsAsync<RefusedException>(async () => await writer.OpenAsync(Work, Run, patience.Token))).Message);
        File.Delete(Path.Combine(root.FullName, "usr/sbin/qubesdb-daemon"));
        await Assert.ThrowsAsync<RefusedException>(async () => await writer.OpenAsync(Work, Run, patience.Token));
    }

    [Fact]
    public async Task A_daemon_that_nobody_reaches_refuses_the_start()
    {
        await server.DisposeAsync();
        await writer.DisposeAsync();
        writer = NewWriter(new QubesDbOptions { Answer = TimeSpan.FromMilliseconds(100) });
        var refusal = await Assert.ThrowsAsync<RefusedException>(async () => await writer.OpenAsync(Work, Run, patience.Token));
        Assert.Equal("qubesdb not connected, VM was killed in the meantime", refusal.Message);
        await Assert.ThrowsAsync<RefusedException>(async () => await writer.WriteAsync(Work, Run, patience.Token));
    }

    [Fact]
    public async Task Later_changes_follow_in_order()
    {
        await StartAsync();
        var before = server.LogLines().Length;
        Commit(new FeatureSet(Work, "vm-config.a", "1", null), new FeatureSet(Work, "vm-config.a", "2", "1"), new FeatureSet(Work, "service.x", "", null));
        Commit(new FeatureRemoved(Work, "vm-config.a"));
        await UntilAsync(() => server.LogLines().Length == before + 4);
        Assert.Equal(["/vm-config/a=1", "/vm-config/a=2", "/qubes-service/x=0", "-/vm-config/a"], server.LogLines()[before..]);
        Assert.Equal(Due(), Written());
    }

    [Fact]
    public async Task What_was_changed_before_everything_is_written_is_written_once()
    {
        await writer.OpenAsync(Work, Run, patience.Token);
        var gate = new TaskCompletionSource();
        server.Gate = gate.Task;
        var writing = writer.WriteAsync(Work, Run, patience.Token).AsTask();
        Commit(new FeatureSet(Work, "vm-config.a", "1", null));
        gate.SetResult();
        await writing;
        await UntilAsync(() => Written().SequenceEqual(Due()));
    }

    [Fact]
    public async Task More_changes_than_fit_end_in_the_same_keys()
    {
        await writer.DisposeAsync();
        writer = NewWriter(new QubesDbOptions { Queue = 4 });
        await StartAsync();
        var gate = new TaskCompletionSource();
        server.Gate = gate.Task;
        Commit(new FeatureSet(Work, "vm-config.gone", "1", null));
        for (var number = 0; number < 200; number++)
        {
            Commit(new FeatureSet(Work, "vm-config.a" + (number % 7), $"{number}", null));
        }

        Commit(new FeatureRemoved(Work, "vm-config.gone"));
        gate.SetResult();
        await UntilAsync(() => Written().SequenceEqual(Due()));
    }

    [Fact]
    public async Task A_daemon_that_starts_again_gets_everything_again()
    {
        await writer.DisposeAsync();
        writer = NewWriter(new QubesDbOptions { FirstPause = TimeSpan.FromMilliseconds(5) });
        await StartAsync();
        await server.DisposeAsync();
        Commit(new FeatureSet(Work, "vm-config.meanwhile", "1", null));
        server = NewServer();
        await UntilAsync(() => server.Watches.Count > 0 && Written().SequenceEqual(Due()));
        Assert.Contains("/vm-config/meanwhile=1", server.Lines());

        await server.SetAsync("/qubes-block-devices", "");
        var notice = await FirstNoticeAsync();
        Assert.Equal((Work, "/qubes-block-devices"), (notice.Qube, notice.UntrustedPath));
    }

    [Fact]
    public async Task A_daemon_that_stops_answering_is_left_and_tried_again()
    {
        await writer.DisposeAsync();
        writer = NewWriter(new QubesDbOptions { FirstPause = TimeSpan.FromMilliseconds(5), Answer = TimeSpan.FromMilliseconds(200) });
        await StartAsync();
        server.Fault = (_, _) => [];
        Commit(new FeatureSet(Work, "vm-config.a", "1", null));
        await Task.Delay(300, patience.Token);
        server.Fault = (_, _) => null;
        await UntilAsync(() => Written().SequenceEqual(Due()));
    }

    [Fact]
    public async Task Left_over_keys_of_an_earlier_daemon_are_removed()
    {
        server.Keys["/vm-config/old"] = "1";
        server.Keys["/qubes-tools/os"] = "Linux";
        await StartAsync();
        Assert.DoesNotContain("/vm-config/old=1", server.Lines());
        Assert.Contains("/qubes-tools/os=Linux", server.Lines());
    }

    [Fact]
    public async Task What_the_qube_writes_is_told()
    {
        await StartAsync();
        await server.SetAsync("/qubes-block-devices", "");
        Assert.Equal(new DatabaseNotice(Work, "/qubes-block-devices"), await FirstNoticeAsync());
    }

    [Fact]
    public async Task A_closed_database_is_not_written_any_more()
    {
        await StartAsync();
        await writer.CloseAsync(Work, patience.Token);
        Commit(new FeatureSet(Work, "vm-config.a", "1", null));
        await Assert.ThrowsAsync<RefusedException>(async () => await writer.WatchAsync(Work, Run, patience.Token));
        Assert.DoesNotContain("/vm-config/a=1", server.Lines());
    }

    [Theory]
    [InlineData("root:x:0:\nqubes:x:98:user,other\n", "user")]
    [InlineData("qubes:x:98:\n", null)]
    [InlineData("qubesx:x:98:user\n", null)]
    [InlineData("", null)]
    public void The_first_member_of_the_group_is_found(string file, string? member)
    {
        Directory.CreateDirectory(Path.Combine(root.FullName, "etc"));
        File.WriteAllText(Path.Combine(root.FullName, "etc/group"), file);
        Assert.Equal(member, QubesGroup.FirstMember(new RootedPaths(root.FullName)));
    }

    private QubesDbServer NewServer() => new(Path.Combine(root.FullName, "run/qubes/qubesdb.work.sock"));

    private QubesDbWriter NewWriter(QubesDbOptions options) => new(new RootedPaths(root.FullName), keys, null, options, NullLogger.Instance);

    private void Install(string script)
    {
        var program = Path.Combine(root.FullName, "usr/sbin/qubesdb-daemon");
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(program, script);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task StartAsync()
    {
        await writer.OpenAsync(Work, Run, patience.Token);
        await writer.WriteAsync(Work, Run, patience.Token);
        await writer.WatchAsync(Work, Run, patience.Token);
    }

    private void Commit(params DomainEvent[] events)
    {
        var recorded = events.Select(@event => new RecordedEvent(
            new LogPosition(++position), Guid.Empty, @event.Stream, default, Time, "", @event, null)).ToImmutableArray();
        world = recorded.Aggregate(world, (before, next) => Evolve.Apply(before, next.Event, next.Position));
        keys.Committed(recorded);
    }

    private string[] Due() => [.. keys.Current.Find(Work)!.Keys.Where(key => key.Key != "/qubes-random-seed").Select(key => $"{key.Key}={key.Value}")];

    private string[] Written() => [.. server.Lines().Where(line => !line.StartsWith("/qubes-random-seed", StringComparison.Ordinal))];

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private async Task<DatabaseNotice> FirstNoticeAsync()
    {
        await foreach (var notice in writer.Notices.ReadAllAsync(patience.Token))
        {
            return notice;
        }

        throw new InvalidOperationException("no notice came");
    }
}
