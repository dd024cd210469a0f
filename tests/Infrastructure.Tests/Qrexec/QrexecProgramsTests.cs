using System.Diagnostics;
using System.Net.Sockets;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The programs of qrexec, played by scripts.</summary>
public sealed class QrexecProgramsTests : IDisposable
{
    private const string Daemon = "/usr/sbin/qrexec-daemon";
    private const string Client = "/usr/bin/qrexec-client";
    private const string Say = "for a in \"$@\"; do echo \"[$a]\" >> $LOG; done";
    private static readonly QubeId Uuid = new(Guid.Parse("11111111-2222-3333-4444-555555555555"));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ProgramFolder programs = new();
    private readonly QrexecPrograms qrexec;

    public QrexecProgramsTests()
    {
        qrexec = new QrexecPrograms(programs.Paths);
        Directory.CreateDirectory(programs.On("/run/qubes"));
    }

    public void Dispose() => programs.Dispose();

    [Fact]
    public async Task The_daemon_is_started_with_the_time_its_agent_has()
    {
        programs.Write(Daemon, Say + "; echo \"t=$QREXEC_STARTUP_TIMEOUT n=$QREXEC_STARTUP_NOWAIT\" >> $LOG");
        await qrexec.StartDaemonAsync(Start(quiet: true, TimeSpan.FromSeconds(60)), default);
        Assert.Equal(["[-q]", "[-u]", $"[{Uuid}]", "[--]", "[7]", "[work]", "[user]", "t=60 n="], programs.Log());
    }

    [Fact]
    public async Task The_daemon_of_a_qube_without_qrexec_waits_for_nobody()
    {
        programs.Write(Daemon, Say + "; echo \"t=$QREXEC_STARTUP_TIMEOUT n=$QREXEC_STARTUP_NOWAIT\" >> $LOG");
        await qrexec.StartDaemonAsync(Start(quiet: false, null), default);
        Assert.Equal(["[-u]", $"[{Uuid}]", "[--]", "[7]", "[work]", "[user]", "t= n=1"], programs.Log());
    }

    [Fact]
    public async Task Where_systemd_runs_the_host_the_daemon_gets_a_scope_of_its_own()
    {
        Directory.CreateDirectory(programs.On("/run/systemd/system"));
        programs.Write("/usr/bin/systemd-run", Say);
        await qrexec.StartDaemonAsync(Start(quiet: false, null), default);
        Assert.Equal(
            ["[--scope]", "[--quiet]", "[--collect]", "[--slice=system-qubes.slice]", "[--]", $"[{programs.On(Daemon)}]", "[-u]", $"[{Uuid}]", "[--]", "[7]", "[work]", "[user]"],
            programs.Log());
    }

    [Fact]
    public async Task An_agent_that_stays_silent_is_told_as_the_original_does()
    {
        programs.Write(Daemon, "echo something >&2; exit 3");
        await RefusesAsync("Cannot connect to qrexec agent for 60 seconds, see /var/log/xen/console/guest-work.log for details");
    }

    [Fact]
    public async Task Another_failure_is_told_with_its_words()
    {
        programs.Write(Daemon, "printf 'it broke' >&2; exit 1");
        await RefusesAsync("qrexec-daemon startup failed: it broke");
    }

    [Fact]
    public async Task A_missing_daemon_is_told() => await RefusesAsync($"qrexec-daemon startup failed: there is no program {programs.On(Daemon)}");

    [Fact]
    public async Task A_daemon_that_never_comes_up_is_killed_with_what_it_started()
    {
        programs.Write(Daemon, "sleep 600 & echo $! >> $LOG; echo $$ >> $LOG; wait");
        var impatient = new QrexecPrograms(programs.Paths) { Grace = TimeSpan.FromSeconds(1) };
        var failure = await Assert.ThrowsAsync<QubeErrorException>(() => impatient.StartDaemonAsync(Start(true, null), default).AsTask());
        Assert.Equal($"qrexec-daemon startup failed: {programs.On(Daemon)} did not end within 1 s", failure.Message);
        await Wait.UntilAsync(() => Task.FromResult(programs.Log().Length == 2 && programs.Log().All(number => !Processes.Runs(number))));
    }

    [Fact]
    public async Task A_daemon_that_stays_behind_with_our_outputs_is_not_waited_for()
    {
        programs.Write(Daemon, "sleep 30 & echo $! >> $LOG; exit 0");
        var started = Stopwatch.GetTimestamp();
        await qrexec.StartDaemonAsync(Start(true, TimeSpan.FromSeconds(60)), default);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
        var daemon = Assert.Single(programs.Log());
        Assert.True(Processes.Runs(daemon));
        Process.GetProcessById(int.Parse(daemon, System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task A_daemon_that_runs_for_this_domain_is_not_started_again()
    {
        programs.Write(Daemon, Say);
        Assert.False(qrexec.IsRunning("work"));
        using (var listener = Listen("qrexec.7"))
        {
            File.CreateSymbolicLink(programs.On("/run/qubes/qrexec.work"), "qrexec.7");
            Assert.True(qrexec.IsRunning("work"));
            await qrexec.StartDaemonAsync(Start(true, null), default);
            Assert.Empty(programs.Log());
            await qrexec.StartDaemonAsync(Start(true, null) with { Xid = 8 }, default); // the link is the domain's before
            Assert.Contains("[8]", programs.Log());
        }

        await qrexec.StartDaemonAsync(Start(true, null), default); // nobody listens any more
        Assert.Contains("[7]", programs.Log());
    }

    [Fact]
    public void A_link_to_a_socket_that_has_gone_is_no_daemon()
    {
        File.CreateSymbolicLink(programs.On("/run/qubes/qrexec.work"), "qrexec.9");
        Assert.False(qrexec.IsRunning("work"));
    }

    [Fact]
    public async Task A_service_is_called_and_its_end_told()
    {
        programs.Write(Client, Say + "; cat; echo said >&2; exit 4");
        var result = await qrexec.RunAsync(new QrexecCall("work", "root", "qubes.Thing+arg", TimeSpan.FromSeconds(20)) { Input = "in\n"u8.ToArray() }, default);
        Assert.Equal(["[-d]", "[work]", "[-w]", "[20]", "[-t]", "[-T]", "[root:QUBESRPC qubes.Thing+arg dom0]"], programs.Log());
        Assert.Equal(new QrexecResult(4, "in\n", "said\n"), result);
    }

    [Fact]
    public async Task A_service_that_reads_nothing_and_writes_without_end_is_bounded()
    {
        programs.Write(Client, "head -c 5000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2");
        var result = await qrexec.RunAsync(new QrexecCall("work", "root", "qubes.Thing", Patience) { Input = new byte[1_000_000] }, default);
        Assert.Equal((0, 65536, 65536), (result.ExitCode, result.Output.Length, result.Errors.Length));
    }

    [Fact]
    public async Task A_service_that_does_not_end_is_killed()
    {
        programs.Write(Client, "sleep 600 & echo $! >> $LOG; wait");
        await Assert.ThrowsAsync<TimeoutException>(() => qrexec.RunAsync(new QrexecCall("work", "root", "qubes.Thing", TimeSpan.FromSeconds(1)), default).AsTask());
        await Wait.UntilAsync(() => Task.FromResult(programs.Log() is [var number] && !Processes.Runs(number)));
    }

    [Fact]
    public async Task Whoever_stops_waiting_ends_the_service()
    {
        programs.Write(Client, "sleep 600 & echo $! >> $LOG; wait");
        using var stop = new CancellationTokenSource();
        var running = qrexec.RunAsync(new QrexecCall("work", "root", "qubes.Thing", TimeSpan.FromMinutes(5)), stop.Token).AsTask();
        await Wait.UntilAsync(() => Task.FromResult(programs.Log().Length == 1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Wait.UntilAsync(() => Task.FromResult(!Processes.Runs(programs.Log()[0])));
    }

    [Theory]
    [InlineData("-d", "root", "qubes.Thing")]
    [InlineData("work", "root", "qubes.Thing dom0 more")]
    [InlineData("work", "root\nroot", "qubes.Thing")]
    [InlineData("work", "", "qubes.Thing")]
    public async Task What_is_no_word_reaches_no_program(string name, string user, string service)
    {
        programs.Write(Client, Say);
        await Assert.ThrowsAsync<ArgumentException>(() => qrexec.RunAsync(new QrexecCall(name, user, service, Patience), default).AsTask());
        Assert.Empty(programs.Log());
    }

    private static QrexecDaemon Start(bool quiet, TimeSpan? timeout) => new("work", Uuid, 7, "user", quiet, timeout);

    private async Task RefusesAsync(string message) => Assert.Equal(
        message,
        (await Assert.ThrowsAsync<QubeErrorException>(() => qrexec.StartDaemonAsync(Start(true, TimeSpan.FromSeconds(60)), default).AsTask())).Message);

    private Socket Listen(string name)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(programs.On("/run/qubes/" + name)));
        listener.Listen(10);
        return listener;
    }
}
