using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>The sample log, in which <c>work</c> then runs, hears of a change, and stops.</summary>
public class SampleRuns : SampleLog
{
    private const string Run = "run";

    /// <summary>The position at which it is up.</summary>
    public long Started { get; private set; }

    /// <summary>The position of the change in its settings.</summary>
    public new long Changed { get; private set; }

    /// <summary>The position at which it is off again.</summary>
    public long Stopped { get; private set; }

    protected override async Task ContinueAsync(EventLogHost log, QubeId work)
    {
        const string feature = "vm-config.color";
        Started = await AppendAsync(log, "admin.vm.Start",
        [
            new FeatureSet(work, feature, "red\u001b[31m", null), new StartRequested(work, Run), new QubeSpawning(work, Run),
            new QubeSpawned(work, Run, 5, -1, null, 0), new ActivityObserved(work, Run, DomainActivity.Running), new QubeStarted(work, Run),
        ]);
        Changed = await AppendAsync(log, "admin.vm.feature.Set", [new FeatureSet(work, feature, "blue", "red\u001b[31m")], Time.AddHours(1));
        Stopped = await AppendAsync(log, "admin.vm.Kill", [new QubeStopped(work, Run), new QubeShutDown(work, Run)], Time.AddHours(2));
    }
}
