using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The log in which <c>work</c> ran, kept open by a writer as a daemon does.</summary>
public class RunningLog : SampleRuns, IAsyncLifetime
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
        GC.SuppressFinalize(this);
        await Host.DisposeAsync();
        await DisposeAsync();
    }

    /// <summary>Appends many tags of dom0 in one request.</summary>
    public async Task AppendTagsAsync(string tag, int count)
    {
        var metadata = new EventMetadata(tag, null, "dom0") { Method = "admin.vm.tag.Set", Argument = tag };
        await Host.Appender.AppendAsync(
            [.. Enumerable.Range(0, count).Select(number => new PendingEvent(new TagAdded(QubeId.Dom0, FormattableString.Invariant($"{tag}-{number}")), Time.AddHours(3), metadata))],
            CancellationToken.None);
    }

    /// <summary>Appends a tag of dom0, in a request of its own.</summary>
    public async Task<long> AppendTagAsync(string tag)
    {
        var metadata = new EventMetadata(tag, null, "dom0") { Method = "admin.vm.tag.Set", Argument = tag };
        var recorded = await Host.Appender.AppendAsync([new PendingEvent(new TagAdded(QubeId.Dom0, tag), Time.AddHours(3), metadata)], CancellationToken.None);
        return recorded[^1].Position.Value;
    }
}
