using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>A log that tells of the policy: what lay there at first, a call, a change by hand.</summary>
public sealed class PolicyLog : SampleLog
{
    /// <summary>The file that changes.</summary>
    public const string User = "/etc/qubes/policy.d/30-user.policy";

    /// <summary>Where a call changed it.</summary>
    public long Replaced { get; private set; }

    protected override async Task ContinueAsync(EventLogHost log, QubeId work)
    {
        await AppendAsync(log, "qubesd.policy",
        [
            PolicyFileObserved.Of(PolicyLocations.Permanent, PolicyFile.Folder),
            PolicyFileObserved.Of(User, PolicyFile.Of("# mine\nqubes.Filecopy * work @anyvm ask\n")),
        ]);
        Replaced = await AppendAsync(log, "policy.Replace", [new PolicyFileSet(User, "# mine\nqubes.Filecopy * work @anyvm deny\n")]);
        await AppendAsync(log, "qubesd.policy", [PolicyFileObserved.Of(PolicyLocations.Permanent + "/31.policy", PolicyFile.Of("nonsense\n"), "broken")]);
    }
}
