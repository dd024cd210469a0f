using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What holds for the way back to any earlier state, after any sequence of wishes.</summary>
public sealed class UndoLaws
{
    private const int Changes = 120;

    private static readonly Caller Caller = new(QubeId.Dom0, new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.Zero));

    [Fact]
    public void After_a_restoration_nothing_differs_but_what_the_plan_named() => ForAnyHistory((now, then, context) =>
    {
        var plan = Restoration.Plan(now, then, null, Caller, context);
        var left = Restoration.Missing(plan.After, then, null, Caller.Time).Select(step => step.Key).Order(StringComparer.Ordinal);
        return left.SequenceEqual(plan.Obstacles.Select(obstacle => obstacle.Step.Key).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void A_plan_is_carried_out_as_it_was_tried_and_its_events_give_the_same_world() => ForAnyHistory((now, then, context) =>
    {
        var plan = Restoration.Plan(now, then, null, Caller, context);
        var draft = new Draft(now, Caller);
        plan.CarryOut(draft, context);
        var decision = draft.ToDecision();
        return Worlds.Describe(decision.After) == Worlds.Describe(plan.After) &&
            Worlds.Describe(decision.Events.Aggregate(now, Evolve.Apply)) == Worlds.Describe(plan.After);
    });

    [Fact]
    public void A_restoration_is_done_once() => ForAnyHistory((now, then, context) =>
    {
        var plan = Restoration.Plan(now, then, null, Caller, context);
        return Restoration.Plan(plan.After, then, null, Caller, context).Steps.Count == 0;
    });

    [Fact]
    public void A_plan_depends_on_nothing_but_the_states() => ForAnyHistory((now, then, context) =>
        Restoration.Plan(now, then, null, Caller, context).Digest == Restoration.Plan(now, then, null, Caller, new StepContext(Guid.Empty)).Digest);

    [Fact]
    public void To_go_back_to_where_one_is_takes_nothing() => ForAnyHistory((now, _, context) => Restoration.Plan(now, now, null, Caller, context).IsEmpty);

    [Fact]
    public void Power_and_host_are_not_touched() => ForAnyHistory((now, then, context) =>
    {
        var plan = Restoration.Plan(now, then, null, Caller, context);
        return plan.After.Host == now.Host && now.Runs.All(run => plan.After.Runs.GetValueOrDefault(run.Key) == run.Value) && plan.After.Marks.SequenceEqual(now.Marks);
    });

    [Fact]
    public void Most_of_what_differs_comes_back()
    {
        var (wanted, missed) = (0, 0);
        var reasons = new List<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var (now, then) = History(seed);
            var plan = Restoration.Plan(now, then, null, Caller, new StepContext(Guid.Empty));
            wanted += plan.Steps.Count;
            missed += plan.Obstacles.Count;
            reasons.AddRange(plan.Obstacles.Select(obstacle => $"{obstacle.Step.Line}: {obstacle.Reason}"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{wanted} steps, {missed} obstacles\n{string.Join('\n', reasons)}");
        Assert.True(missed * 4 < wanted, $"{missed} obstacles to {wanted} steps:\n{string.Join('\n', reasons)}");
    }

    [Fact]
    public void A_qube_can_go_back_alone() => ForAnyHistory((now, then, context) => then.InOrder().Where(qube => !qube.IsDom0).Take(3).All(qube =>
    {
        var plan = Restoration.Plan(now, then, qube.Name, Caller, context);
        return plan.Steps.All(step => step.Subject == qube.Name || step is not (CreationStep or RemovalStep)) &&
            Restoration.Missing(plan.After, then, qube.Name, Caller.Time).Count == plan.Obstacles.Count;
    }));

    [Fact]
    public void An_event_that_is_taken_back_at_once_leaves_the_state_before_it() => ForAnyStep((before, after) =>
    {
        if (Restoration.Missing(after, before, null, Caller.Time).Count == 0)
        {
            return true;
        }

        var plan = Reversion.Plan(after, [new RevertedEvent(new LogPosition(1), before, after)], Caller, new StepContext(Guid.Empty));
        var left = Restoration.Missing(plan.After, before, null, Caller.Time);
        return plan.Conflicts.Count == 0 && left.Count == plan.Obstacles.Count;
    });

    private static void ForAnyHistory(Func<World, World, StepContext, bool> law) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var (now, then) = History(seed);
        return law(now, then, new StepContext(new Guid(seed, 1, 2, new byte[8])));
    }).QuickCheckThrowOnFailure();

    private static void ForAnyStep(Func<World, World, bool> law) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var scenario = Scenario.Usual();
        for (var change = 0; change < Changes; change++)
        {
            var before = scenario.World;
            scenario.When(random.Next(4) == 0 ? RandomDisposableChange.Next(random) : RandomChange.Next(random));
            if (change % 10 == 9 && !law(before, scenario.World))
            {
                return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    // The state after a random history, and one of its states before that.
    private static (World Now, World Then) History(int seed)
    {
        var random = new Random(seed);
        var scenario = random.Next(2) == 0 ? Scenario.Fresh() : Scenario.Usual();
        var worlds = new List<World> { scenario.World };
        for (var change = 0; change < Changes; change++)
        {
            scenario.When(random.Next(6) == 0 ? RandomDisposableChange.Next(random) : RandomChange.Next(random));
            worlds.Add(scenario.World);
        }

        return (scenario.World, worlds[random.Next(worlds.Count)]);
    }
}
