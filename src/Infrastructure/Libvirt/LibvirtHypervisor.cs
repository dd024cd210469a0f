using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The hypervisor behind libvirt; the library is loaded by the first call.</summary>
/// <remarks>Every call runs on one of a few threads and is waited for at most for <see cref="LibvirtOptions.CallTimeout"/>, as is the
/// connection before it. Source: spec, lifecycle.md 2 to 5.</remarks>
public sealed class LibvirtHypervisor : IHypervisor
{
    private const int MostNotices = 1024;
    private const uint Active = 1;
    private const uint StartPaused = 1;
    private const uint ToMemory = 0;

    private readonly LibvirtOptions options;
    private readonly LibvirtThreads threads;
    private readonly LibvirtKeeper keeper;
    private readonly ShutdownProgram shutdown;
    private readonly Channel<DomainNotice> notices = Channel.CreateBounded<DomainNotice>(
        new BoundedChannelOptions(MostNotices) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Connects with the first call.</summary>
    /// <param name="options">Where to.</param>
    public LibvirtHypervisor(LibvirtOptions options)
    {
        this.options = options;
        threads = new LibvirtThreads(options.Threads);
        keeper = new LibvirtKeeper(options, notice => notices.Writer.TryWrite(notice));
        shutdown = new ShutdownProgram(options);
    }

    /// <inheritdoc/>
    public ChannelReader<DomainNotice> Notices => notices.Reader;

    /// <inheritdoc/>
    public async ValueTask<DomainStatus?> FindAsync(QubeId qube, CancellationToken ct)
    {
        var found = await CallAsync(
            connection =>
            {
                using var domain = LibvirtValues.Find(connection, qube);
                return domain is null ? null : LibvirtValues.Status(domain);
            },
            ct).ConfigureAwait(false);
        return found is null ? null : await WithStubdomainAsync(found, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DomainStatus>> ListAsync(CancellationToken ct)
    {
        var domains = await CallAsync(List, ct).ConfigureAwait(false);
        for (var index = 0; index < domains.Count; index++)
        {
            domains[index] = await WithStubdomainAsync(domains[index], ct).ConfigureAwait(false);
        }

        return domains;
    }

    /// <inheritdoc/>
    public async ValueTask DefineAsync(string xml, CancellationToken ct) =>
        await CallAsync(connection => DomainDefinition.Define(connection, xml), ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<DomainStatus> CreatePausedAsync(QubeId qube, CancellationToken ct)
    {
        var created = await CallAsync(
            connection =>
            {
                using var domain = Find(connection, qube);
                CreatePaused(domain);
                return LibvirtValues.Status(domain) ??
                    throw new HypervisorException(HypervisorFault.Failed, "the domain was gone as soon as it was created");
            },
            ct).ConfigureAwait(false);
        return await WithStubdomainAsync(created, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask ResumeAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, LibvirtNative.Resume, ct);

    /// <inheritdoc/>
    public ValueTask PauseAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, LibvirtNative.Pause, ct);

    /// <inheritdoc/>
    public ValueTask SuspendAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, domain => LibvirtNative.Suspend(domain, ToMemory, 0, 0), ct);

    /// <inheritdoc/>
    public ValueTask WakeUpAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, domain => LibvirtNative.WakeUp(domain, 0), ct);

    /// <inheritdoc/>
    public ValueTask ShutdownAsync(QubeId qube, string name, CancellationToken ct) => shutdown.RunAsync(name, ct);

    /// <inheritdoc/>
    public ValueTask DestroyAsync(QubeId qube, CancellationToken ct) => DoAsync(qube, LibvirtNative.Destroy, ct);

    /// <inheritdoc/>
    public async ValueTask UndefineAsync(QubeId qube, CancellationToken ct) => await CallAsync(
        connection =>
        {
            using var domain = LibvirtValues.Find(connection, qube);
            if (domain is not null)
            {
                DomainDefinition.Undefine(domain);
            }

            return true;
        },
        ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask AttachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(qube, domain => LibvirtNative.Attach(domain, xml), ct);

    /// <inheritdoc/>
    public ValueTask DetachAsync(QubeId qube, string xml, CancellationToken ct) => DoAsync(qube, domain => LibvirtNative.Detach(domain, xml), ct);

    /// <inheritdoc/>
    public async ValueTask<string?> ConsoleAsync(QubeId qube, CancellationToken ct) => await CallAsync(
        connection =>
        {
            using var domain = Find(connection, qube);
            return DomainDefinition.ConsoleOf(domain);
        },
        ct).ConfigureAwait(false);

    /// <summary>Closes the connection; calls that run are told that it is closed, and may still have their effect.</summary>
    public async ValueTask DisposeAsync()
    {
        keeper.Dispose();
        threads.Dispose();
        await keeper.WaitForEndAsync().ConfigureAwait(false);
        notices.Writer.TryComplete();
    }

    private static DomainHandle Find(ConnectionHandle connection, QubeId qube) =>
        LibvirtValues.Find(connection, qube) ??
        throw new HypervisorException(HypervisorFault.NoDomain, $"Domain not found: no domain with matching uuid '{qube}'");

    // Some drivers have no word of their own for a domain that is active already, or not active.
    private static HypervisorException Refusal(DomainHandle domain, int stateItNeeds)
    {
        var error = LibvirtError.Take();
        var isActive = error.Fault == HypervisorFault.Failed ? LibvirtNative.IsActive(domain) : stateItNeeds;
        LibvirtNative.ResetLastError();
        return isActive == 1 - stateItNeeds ? new HypervisorException(HypervisorFault.InvalidOperation, error.Message) : error.ToException();
    }

    // The test driver cannot create a domain paused; there is no guest in it that could run meanwhile.
    private void CreatePaused(DomainHandle domain)
    {
        var isTest = options.Uri.StartsWith("test:", StringComparison.Ordinal);
        if (LibvirtNative.Create(domain, isTest ? 0 : StartPaused) < 0)
        {
            throw Refusal(domain, stateItNeeds: 0);
        }

        if (isTest)
        {
            LibvirtValues.Check(LibvirtNative.Pause(domain));
        }
    }

    private static unsafe List<DomainStatus> List(ConnectionHandle connection)
    {
        var count = LibvirtNative.List(connection, out var domains, Active);
        LibvirtValues.Check(count);
        var found = new List<DomainStatus>(count);
        try
        {
            for (var index = 0; index < count; index++)
            {
                using var domain = new DomainHandle(domains[index]);
                domains[index] = 0;
                if (LibvirtValues.Status(domain) is { Xid: not 0 } status)
                {
                    found.Add(status);
                }
            }

            return found;
        }
        finally
        {
            Free(domains, count);
        }
    }

    // Those that were not reached because one before them failed.
    private static unsafe void Free(nint* domains, int count)
    {
        for (var index = 0; index < count; index++)
        {
            if (domains[index] != 0)
            {
                _ = LibvirtNative.FreeDomain(domains[index]);
            }
        }

        LibvirtNative.Free((nint)domains);
    }

    private async ValueTask DoAsync(QubeId qube, Func<DomainHandle, int> call, CancellationToken ct) => await CallAsync(
        connection =>
        {
            using var domain = Find(connection, qube);
            if (call(domain) < 0)
            {
                throw Refusal(domain, stateItNeeds: 1);
            }

            return true;
        },
        ct).ConfigureAwait(false);

    private async ValueTask<T> CallAsync<T>(Func<ConnectionHandle, T> call, CancellationToken ct)
    {
        var connection = await keeper.GetAsync(options.CallTimeout, ct).ConfigureAwait(false);
        return await threads.RunAsync(() => connection.Run(call), options.CallTimeout, ct).ConfigureAwait(false);
    }

    private async ValueTask<DomainStatus> WithStubdomainAsync(DomainStatus status, CancellationToken ct)
    {
        if (options.FindStubdomain is not { } find)
        {
            return status;
        }

        var number = await find(status.Xid, ct).ConfigureAwait(false);
        return number <= 0 ? status : status with
        {
            StubdomXid = number,
            Stubdom = options.FindUuid is { } uuid ? await uuid(number, ct).ConfigureAwait(false) : null,
        };
    }
}
