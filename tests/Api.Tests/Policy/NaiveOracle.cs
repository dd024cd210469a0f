using System.Runtime.CompilerServices;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What the naive interpreter says that a caller may do; it knows the qubes of a world by this conversion alone.</summary>
internal sealed class NaiveOracle(string policy, string caller)
{
    private readonly List<NaiveRule> rules = NaiveReader.Read(
        new Dictionary<string, string> { ["/etc/qubes/policy.d/30-t.policy"] = policy }, ["/run/qubes/policy.d", "/etc/qubes-rpc/policy"]);

    private static readonly ConditionalWeakTable<World, List<NaiveQube>> Known = [];

    internal bool May(World world, string service, string argument, string target)
    {
        var qubes = Known.GetValue(world, static world => [.. world.Qubes.Values.Select(qube => Of(world, qube))]);
        var verdict = new NaiveJudge(rules, qubes, service, "+" + argument, caller, target).Judge(null);
        return verdict.StartsWith("target=", StringComparison.Ordinal) && verdict.Split(' ') is [_, _, "allow", ..];
    }

    private static NaiveQube Of(World world, Qube qube) => new(qube.Name, qube.Id.ToString(), qube.Class.ToString())
    {
        Tags = [.. qube.Tags],
        MakesDisposables = qube.Properties.Find("template_for_dispvms")?.Text == "True",
        DefaultDispvm = PropertyCatalog.Find(qube.Class, "default_dispvm") is { } property ? world.Find(PropertyValues.Get(world, qube, property)?.AsQube())?.Name : null,
        Runs = PowerStates.Of(world, qube) == "Running",
        Internal = qube.Features.Any(feature => feature.Key == "internal" && feature.Value.Length > 0),
    };
}
