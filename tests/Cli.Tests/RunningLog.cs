using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The log in which <c>work</c> ran, kept open by a writer as a daemon does.</summary>
public sealed class RunningLog : SampleRuns, IAsyncLifetime
{
    /// <summary>The writer.</summary>
    public EventLogHost Host { get; private set; } = null!; // set before the first test

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        Host = await OpenAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await Host.DisposeAsync();
        await DisposeAsync();
    }

    /// <summary>Appends a tag of dom0.</summary>
    public Task<long> AppendTagAsync(string tag) => AppendAsync(Host, "admin.vm.tag.Set", [new TagAdded(QubeId.Dom0, tag)], Time.AddHours(3));
}
