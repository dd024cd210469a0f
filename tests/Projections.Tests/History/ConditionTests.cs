using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Conditions over a state.</summary>
public sealed class ConditionTests
{
    private static readonly World State = Scenario.Usual()
        .Set("work", "netvm", "net")
        .Given(draft => Features.Set(draft, draft.World.Find("work")!.Id, "service.x", "1"))
        .Given(draft => Features.Set(draft, draft.World.Find("work")!.Id, "a b", "x=y.z"))
        .Given(draft => Tags.Add(draft, draft.World.Find("work")!.Id, "audio"))
        .World;

    private static readonly World Ruled = State.With(
        "qubes.Filecopy * work net allow\nqubes.Filecopy +a work @default ask\nqubes.Filecopy * @anyvm @anyvm deny\n");

    [Theory]
    [InlineData("policy(work net qubes.Filecopy) == allow")]
    [InlineData("policy('work' 'net' 'qubes.Filecopy+a') == allow")]
    [InlineData("policy(work @default qubes.Filecopy+a) == ask")]
    [InlineData("policy(work @default qubes.Filecopy) == deny and policy(net work qubes.Filecopy) == deny")]
    [InlineData("policy(work net qubes.Other) == deny")]
    public void The_policy_of_the_state_judges_calls(string text)
    {
        Assert.True(Condition.Parse(text).Holds(Ruled));
        Assert.False(Condition.Parse(text).Holds(State));
        Assert.True(Condition.Parse("policy(work net qubes.Filecopy) == none").Holds(State));
        Assert.True(Condition.Parse("policy(work net qubes.Filecopy) == deny").Holds(State.With("broken\n")));
    }

    [Theory]
    [InlineData("work.netvm == net")]
    [InlineData("work.netvm == net and not exists(vault)")]
    [InlineData("exists(work) and not exists(\"vault\")")]
    [InlineData("qubes == 6")]
    [InlineData("qubes > 5 and qubes >= 6 and qubes < 10 and qubes <= 6 and qubes != 5")]
    [InlineData("work.feature.service.x == \"1\"")]
    [InlineData("work.feature.service.x == 01")]
    [InlineData("work.feature.\"a b\" == 'x=y.z'")]
    [InlineData("\"audio\" in work.tags")]
    [InlineData("work.tag.audio and not work.tag.video")]
    [InlineData("not not work.tag.audio")]
    [InlineData("work.feature.none == none and vault.netvm == none")]
    [InlineData("net.provides_network")]
    [InlineData("not work.provides_network")]
    [InlineData("work.provides_network == false and net.provides_network == true")]
    [InlineData("global.default_kernel == 6.6.1")]
    [InlineData("host.cpus == 4")]
    [InlineData("work.class == AppVM and work.state == Halted and rem.state == Running")]
    [InlineData("work.notes == ''")]
    [InlineData("work.firewall == none")]
    [InlineData("false or (true and (false or true))")]
    [InlineData("true or true and false")]
    [InlineData("labels == 8 and pools > 0 and position == 0")]
    [InlineData("\"work\".netvm == \"net\"")]
    [InlineData("9 < 10")]
    [InlineData("not (a < b) and not (a > b)")]
    [InlineData("ud in audio")]
    public void It_holds(string text)
    {
        Assert.True(Condition.Parse(text).Holds(State));
        Assert.False(Condition.Parse($"not ({text})").Holds(State));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("work.netvm ==", 14)]
    [InlineData("work.netvm = net", 12)]
    [InlineData("work.netvmm == net", 6)]
    [InlineData("work.feature. == x", 6)]
    [InlineData("global.netvm == net", 8)]
    [InlineData("host.color == x", 6)]
    [InlineData("(work.netvm == net", 19)]
    [InlineData("work.netvm == net)", 18)]
    [InlineData("work.netvm net", 12)]
    [InlineData("a == 'b", 6)]
    [InlineData("exists(", 8)]
    [InlineData("exists(a", 9)]
    [InlineData("policy(a b)", 11)]
    [InlineData("policy(a b c d)", 14)]
    [InlineData("a & b", 3)]
    [InlineData("10.137.x == y.z", 15)]
    public void What_is_none_is_refused_with_its_place(string text, int column) =>
        Assert.Equal(column, Assert.Throws<ConditionException>(() => Condition.Parse(text)).Column);

    [Fact]
    public void Neither_depth_nor_length_can_do_harm()
    {
        Assert.Throws<ConditionException>(() => Condition.Parse(new string('(', 4000)));
        Assert.Throws<ConditionException>(() => Condition.Parse(new string('a', 5000)));
        Assert.True(Condition.Parse(string.Join(" and ", Enumerable.Repeat("not not true", 200))).Holds(State));
    }
}

/// <summary>States with a policy.</summary>
internal static class RuledWorld
{
    /// <summary>The state with one file of policy.</summary>
    internal static World With(this World world, string policy) => world with
    {
        Policy = PolicyLocations.Standard.Folders.Aggregate(PolicyFiles.None, (files, folder) => files.With(folder, PolicyFile.Folder))
            .With(PolicyLocations.Permanent + "/30-user.policy", PolicyFile.Of(policy)),
    };
}
