using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Nothing that the policy denies a caller shows up anywhere, and what it allows does.</summary>
/// <remarks>
/// The naive interpreter of Domain.Tests judges, which shares no code with the product. <c>QUBES_TEST_LEAK_TRIPLES</c> sets how many triples of caller,
/// policy and state are tried, <c>QUBES_TEST_SEED</c> which.
/// </remarks>
public sealed class LeakTests
{
    private const int StepsPerState = 12;
    private const int PoliciesPerState = 5;

    private readonly Dictionary<string, int> shown = [];

    [Fact]
    public void Nothing_that_is_denied_shows_up()
    {
        var wanted = Number("QUBES_TEST_LEAK_TRIPLES") ?? 100_000;
        var seed = Number("QUBES_TEST_SEED") ?? Environment.TickCount & 0xffffff;
        var scenario = Scenario.Usual();
        for (var (triples, round) = (0, 0); triples < wanted; round++)
        {
            var random = new Random(seed + round);
            scenario = round % 40 == 0 ? Scenario.Usual() : scenario;
            var changes = Enumerable.Range(0, StepsPerState).Select(_ => Change(scenario, random)).ToList();
            for (var policies = 0; policies < PoliciesPerState; policies++)
            {
                var text = RandomCallPolicies.Next(random, scenario.World);
                foreach (var caller in scenario.World.InOrder().Where(qube => !qube.IsDom0))
                {
                    try
                    {
                        new LeakCheck(text, caller, shown).Run(scenario.World, changes);
                    }
                    catch (Exception reason)
                    {
                        Assert.Fail($"seed {seed}, round {round}, caller {caller.Name}, policy:\n{text}\n{reason}");
                    }

                    triples++;
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: " + string.Join(", ", shown.Select(kind => $"{kind.Value} {kind.Key}")));
        Assert.All(["qubes listed", "qubes hidden", "events heard", "events kept", "parts shown", "parts hidden"], kind =>
            Assert.True(shown.GetValueOrDefault(kind) > wanted / 100, $"hardly any: {kind}"));
    }

    private static (Moment Moment, EquatableArray<Announcement> Announcements) Change(Scenario scenario, Random random)
    {
        var before = scenario.World;
        scenario.When(RandomChange.Next(random));
        return (new Moment(before, scenario.World), scenario.Announcements);
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : null;
}
