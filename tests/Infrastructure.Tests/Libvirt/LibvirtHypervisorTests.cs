using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The real library with its test driver, which keeps states and runs nothing.</summary>
public sealed class LibvirtHypervisorTests : IAsyncLifetime
{
    private const string Uri = "test:///default";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TestDialect Dialect = new();

    private readonly QubeId qube = new(Guid.NewGuid());
    private readonly LibvirtHypervisor hypervisor = new(new LibvirtOptions(Uri));

    private string Name => "q" + qube.Value.ToString("N")[..12];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await hypervisor.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [LibvirtFact]
    public async Task A_domain_lives_from_its_definition_to_its_end()
    {
        Assert.Null(await hypervisor.FindAsync(qube, default));
        await hypervisor.DefineAsync(Xml(), default);
        Assert.Null(await hypervisor.FindAsync(qube, default));

        var created = await hypervisor.CreatePausedAsync(qube, default);
        Assert.Equal((qube, Name, DomainActivity.Paused, -1, null), (created.Qube, created.Name, created.Activity, created.StubdomXid, created.Stubdom));
        Assert.True(created.Xid > 0);
        Assert.Equal(64 * 1024, created.MemoryKiB);

        await hypervisor.ResumeAsync(qube, default);
        Assert.Equal(DomainActivity.Running, (await hypervisor.FindAsync(qube, default))?.Activity);
        var listed = Assert.Single(await hypervisor.ListAsync(default), domain => domain.Qube == qube);
        Assert.Equal((Name, created.Xid), (listed.Name, listed.Xid));

        await hypervisor.PauseAsync(qube, default);
        Assert.Equal(DomainActivity.Paused, (await hypervisor.FindAsync(qube, default))?.Activity);
        await hypervisor.DestroyAsync(qube, default);
        Assert.Null(await hypervisor.FindAsync(qube, default));
        Assert.DoesNotContain(await hypervisor.ListAsync(default), domain => domain.Qube == qube);
        await hypervisor.UndefineAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
        await FailsAsync(HypervisorFault.NoDomain, () => hypervisor.CreatePausedAsync(qube, default).AsTask());
    }

    [LibvirtFact]
    public async Task What_is_not_active_is_refused_with_the_reason()
    {
        await FailsAsync(HypervisorFault.NoDomain, () => hypervisor.ResumeAsync(qube, default).AsTask());
        await FailsAsync(HypervisorFault.NoDomain, () => hypervisor.DestroyAsync(qube, default).AsTask());
        await hypervisor.DefineAsync(Xml(), default);
        await FailsAsync(HypervisorFault.InvalidOperation, () => hypervisor.DestroyAsync(qube, default).AsTask());
        await FailsAsync(HypervisorFault.InvalidOperation, () => hypervisor.PauseAsync(qube, default).AsTask());
        await hypervisor.CreatePausedAsync(qube, default);
        await FailsAsync(HypervisorFault.InvalidOperation, () => hypervisor.CreatePausedAsync(qube, default).AsTask());
        await FailsAsync(HypervisorFault.NotSupported, () => hypervisor.SuspendAsync(qube, default).AsTask());
        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
    }

    [LibvirtFact]
    public async Task A_definition_that_is_not_one_is_refused()
    {
        await FailsAsync(HypervisorFault.Failed, () => hypervisor.DefineAsync("<domain", default).AsTask());
        await FailsAsync(HypervisorFault.Failed, () => hypervisor.DefineAsync("<domain type='test'/>", default).AsTask());
    }

    [LibvirtFact]
    public async Task A_definition_replaces_another_of_the_same_domain_also_after_a_rename()
    {
        await hypervisor.DefineAsync(Xml(), default);
        await hypervisor.DefineAsync(Xml(memory: 32), default);
        await hypervisor.DefineAsync(Dialect.Define(new PlainDomain(qube, Name + "-new", 48, 1)), default);
        var created = await hypervisor.CreatePausedAsync(qube, default);
        Assert.Equal((Name + "-new", 48 * 1024), (created.Name, created.MemoryKiB));
        await FailsAsync(HypervisorFault.Failed, () => hypervisor.DefineAsync(Xml(), default).AsTask());
        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
    }

    [LibvirtFact]
    public async Task What_happens_to_a_domain_is_told()
    {
        await hypervisor.DefineAsync(Xml(), default);
        await hypervisor.CreatePausedAsync(qube, default);
        await hypervisor.ResumeAsync(qube, default);
        await hypervisor.PauseAsync(qube, default);
        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);

        var told = new List<DomainNoticeKind>();
        using var limit = new CancellationTokenSource(Patience);
        while (!told.Contains(DomainNoticeKind.Stopped))
        {
            var notice = await hypervisor.Notices.ReadAsync(limit.Token);
            if (notice.Qube == qube)
            {
                told.Add(notice.Kind);
            }
        }

        DomainNoticeKind[] expected = [DomainNoticeKind.Started, DomainNoticeKind.Paused, DomainNoticeKind.Resumed, DomainNoticeKind.Paused, DomainNoticeKind.Stopped];
        Assert.Equal(expected, told);
    }

    [LibvirtFact]
    public async Task When_nobody_listens_the_oldest_hints_are_dropped()
    {
        await hypervisor.DefineAsync(Xml(), default);
        await hypervisor.CreatePausedAsync(qube, default);
        for (var round = 0; round < 800; round++)
        {
            await hypervisor.ResumeAsync(qube, default);
            await hypervisor.PauseAsync(qube, default);
        }

        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
        await Wait.UntilAsync(() => Task.FromResult(hypervisor.Notices.Count == 1024));
        await Task.Delay(200); // the last ones push out the first
        var kinds = new List<DomainNoticeKind>();
        while (hypervisor.Notices.TryRead(out var notice))
        {
            kinds.Add(notice.Kind);
        }

        Assert.Equal(1024, kinds.Count);
        Assert.DoesNotContain(DomainNoticeKind.Started, kinds);
    }

    [LibvirtFact]
    public async Task Many_calls_at_once_are_all_answered()
    {
        var calls = Enumerable.Range(0, 500).Select(async number =>
        {
            var own = new QubeId(Guid.NewGuid());
            await hypervisor.DefineAsync(Dialect.Define(new PlainDomain(own, "many-" + own, 16, 1)), default);
            var created = await hypervisor.CreatePausedAsync(own, default);
            if (number % 2 == 0)
            {
                await hypervisor.ResumeAsync(own, default);
            }

            Assert.Equal(own, (await hypervisor.FindAsync(own, default))?.Qube);
            await hypervisor.DestroyAsync(own, default);
            await hypervisor.UndefineAsync(own, default);
            return created.Xid;
        });
        Assert.Equal(500, (await Task.WhenAll(calls)).Distinct().Count());
    }

    [LibvirtFact]
    public async Task Calls_that_run_while_it_is_disposed_end_one_way_or_another()
    {
        await using var other = new LibvirtHypervisor(new LibvirtOptions(Uri) { Threads = 2 });
        var calls = Enumerable.Range(0, 400).Select(async _ =>
        {
            try
            {
                await other.ListAsync(default);
                return true;
            }
            catch (HypervisorException closed)
            {
                Assert.Equal(HypervisorFault.Unreachable, closed.Fault);
                return false;
            }
        }).ToList();
        await Task.WhenAny(calls);
        await other.DisposeAsync();
        await Task.WhenAll(calls).WaitAsync(Patience);
        await FailsAsync(HypervisorFault.Unreachable, () => other.ListAsync(default).AsTask());
        Assert.True(other.Notices.Completion.IsCompleted);
    }

    [LibvirtFact]
    public async Task Connections_come_and_go_without_leaving_a_callback_behind()
    {
        await hypervisor.DefineAsync(Xml(), default);
        await hypervisor.CreatePausedAsync(qube, default);
        for (var round = 0; round < 30; round++)
        {
            await using var other = new LibvirtHypervisor(new LibvirtOptions(Uri) { Threads = 1 });
            await other.ResumeAsync(qube, default);
            await other.PauseAsync(qube, default); // its hints are on their way when it is disposed
        }

        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
    }

    [LibvirtFact]
    public async Task The_domain_that_emulates_devices_is_asked_for()
    {
        var stubdomain = new QubeId(Guid.NewGuid());
        await using var other = new LibvirtHypervisor(new LibvirtOptions(Uri)
        {
            FindStubdomain = (xid, _) => ValueTask.FromResult(xid + 1000),
            FindUuid = (_, _) => ValueTask.FromResult<QubeId?>(stubdomain),
        });
        await other.DefineAsync(Xml(), default);
        var created = await other.CreatePausedAsync(qube, default);
        Assert.Equal((created.Xid + 1000, stubdomain), (created.StubdomXid, created.Stubdom));
        Assert.Contains(await other.ListAsync(default), domain => domain.StubdomXid == created.Xid + 1000);
        await other.DestroyAsync(qube, default);
        await other.UndefineAsync(qube, default);
    }

    [LibvirtFact]
    public async Task A_cancelled_wait_ends_at_once()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hypervisor.ListAsync(cancelled.Token).AsTask());
    }

    [LibvirtFact]
    public async Task Without_a_console_there_is_no_terminal()
    {
        await hypervisor.DefineAsync(Xml(), default);
        await hypervisor.CreatePausedAsync(qube, default);
        Assert.Null(await hypervisor.ConsoleAsync(qube, default));
        await hypervisor.DestroyAsync(qube, default);
        await hypervisor.UndefineAsync(qube, default);
    }

    private static async Task FailsAsync(HypervisorFault fault, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<HypervisorException>(call);
        Assert.Equal(fault, failure.Fault);
        Assert.NotEmpty(failure.Message);
    }

    private string Xml(int memory = 64) => Dialect.Define(new PlainDomain(qube, Name, memory, 1));
}
