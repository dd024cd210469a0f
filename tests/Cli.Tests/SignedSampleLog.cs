using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The sample log with a signed checkpoint of it, and one event that no checkpoint covers yet.</summary>
public sealed class SignedSampleLog : SampleLog
{
    /// <summary>The newest checkpoint outside of the database.</summary>
    public string Checkpoint => Path.Combine(State, "checkpoint");

    /// <summary>The public key.</summary>
    public string Key => Path.Combine(State, "checkpoint.pub");

    private string State => Path.Combine(Root, "var/lib/qubes/log");

    protected override async Task ContinueAsync(EventLogHost log, QubeId work)
    {
        using var keeper = log.MakeCheckpoints(
            new CheckpointOptions { KeyFile = Path.Combine(Root, "etc/qubes/qubesd-log.key"), Folder = State, Origin = "qubes-log/sample" }, new FixedTime(), NullLogger.Instance);
        await keeper.FlushAsync(CancellationToken.None);
        await AppendAsync(log, "admin.vm.tag.Set", [new TagAdded(work, "late")]);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Time;
    }
}
