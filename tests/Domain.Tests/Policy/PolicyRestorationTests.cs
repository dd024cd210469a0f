namespace Qubes.Cqrs.Domain.Tests;

public sealed class PolicyRestorationTests
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";
    private const string Included = "/etc/qubes/policy.d/include/x";
    private const string Passing = "/run/qubes/policy.d/30-user.policy";

    private static readonly PolicyFiles Base = PolicyFiles.None.With(PolicyLocations.Permanent, PolicyFile.Folder).With(PolicyLocations.Runtime, PolicyFile.Folder)
        .With("/etc/qubes-rpc/policy", PolicyFile.Folder);

    private static readonly Caller Caller = new(QubeId.Dom0, new DateTimeOffset(2026, 11, 22, 13, 0, 0, TimeSpan.Zero));

    private readonly World start = Scenario.Fresh().World;

    [Fact]
    public void Files_come_back_and_go_as_they_were()
    {
        var then = Base.With(User, PolicyFile.Of("* * @anyvm @anyvm deny\n")).With(Passing, PolicyFile.Of(""));
        var now = Base.With(User, PolicyFile.Of("# empty")).With(Included, PolicyFile.Of("x\n"));
        var plan = Restoration.Plan(start with { Policy = now }, start with { Policy = then }, null, Caller, new StepContext(Guid.Empty));
        Assert.Equal(
            [
                "policy.Replace: policy file /etc/qubes/policy.d/30-user.policy = 1 line, sha256 a4efa5b143c1 (now 1 line)",
                "policy.include.Remove: policy file /etc/qubes/policy.d/include/x removed (now 1 line)",
            ],
            plan.Steps.Select(step => $"{step.Call}: {step.Line}"));
        Assert.Equal(Base.With(User, then.Find(User)), plan.After.Policy);
        var draft = new Draft(start with { Policy = now }, Caller);
        plan.CarryOut(draft, new StepContext(Guid.Empty));
        Assert.Equal([new PolicyFileSet(User, "* * @anyvm @anyvm deny\n"), new PolicyFileRemoved(Included)], draft.ToDecision().Events);
    }

    [Fact]
    public void A_text_has_its_own_plan() =>
        Assert.NotEqual(Plan(Base.With(User, PolicyFile.Of("a"))).Digest, Plan(Base.With(User, PolicyFile.Of("b"))).Digest);

    [Fact]
    public void Where_the_policy_was_not_known_it_stays_and_that_is_told()
    {
        var plan = Plan(PolicyFiles.None);
        Assert.Empty(plan.Steps);
        Assert.Equal(["policy: its files were not known then, and stay as they are"], plan.Notes);
    }

    [Fact]
    public void A_policy_that_was_broken_comes_back_with_a_warning() => Assert.Equal(
        [$"policy: it will not be usable, and every call be denied: {User}:1: wrong number of fields"], Plan(Base.With(User, PolicyFile.Of("nonsense"))).Notes);

    [Fact]
    public void Links_and_what_is_no_text_are_left_to_people()
    {
        var plan = Plan(Base.With(User, PolicyFile.Unreadable("no text")).With(Included, PolicyFile.Of("x") with { RealPath = "/etc/passwd" }));
        Assert.Equal([$"policy file {User}", $"policy file {Included}"], plan.Obstacles.Select(obstacle => obstacle.Step.Line));
    }

    [Fact]
    public void One_change_is_taken_back()
    {
        var (before, after) = (start with { Policy = Base.With(User, PolicyFile.Of("a")) }, start with { Policy = Base.With(User, PolicyFile.Of("b")) });
        var reverted = new RevertedEvent(new LogPosition(5), before, after);
        Assert.Equal(before.Policy, Reversion.Plan(after, [reverted], Caller, new StepContext(Guid.Empty)).After.Policy);
        var since = start with { Policy = Base.With(User, PolicyFile.Of("c")) };
        Assert.Contains("changed again after position 5", Assert.Single(Reversion.Plan(since, [reverted], Caller, new StepContext(Guid.Empty)).Conflicts), StringComparison.Ordinal);
    }

    private Plan Plan(PolicyFiles then) => Restoration.Plan(
        start with { Policy = Base.With("/home/user/x", PolicyFile.Of("")) }, start with { Policy = then }, null, Caller, new StepContext(Guid.Empty));
}
