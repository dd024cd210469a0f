using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Client;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What a client that applies patches may rely on.</summary>
public sealed class StateLawTests
{
    private const int Steps = 60;

    [Fact]
    public void A_state_and_the_changes_after_it_give_the_later_state() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var scenario = Scenario.Usual();
        var mirror = Read(scenario.World);
        var shown = Parts(scenario.World, null);
        for (var step = 0; step < Steps; step++)
        {
            scenario.When(RandomChange.Next(random));
            if (random.Next(3) > 0)
            {
                continue; // several changes share a patch
            }

            var parts = Parts(scenario.World, random.Next(2) == 0 ? shown : null);
            QubesMirror.Merge(mirror, Patch(shown, parts));
            shown = parts;
            if (!JsonNode.DeepEquals(mirror, Read(scenario.World)))
            {
                return false;
            }
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Patches_also_lead_back() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var scenario = Scenario.Usual();
        var start = scenario.World;
        for (var step = 0; step < Steps; step++)
        {
            scenario.When(RandomChange.Next(random));
        }

        var mirror = Read(scenario.World);
        QubesMirror.Merge(mirror, Patch(Parts(scenario.World, null), Parts(start, null)));
        return JsonNode.DeepEquals(mirror, Read(start));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_state_differs_from_itself_in_nothing()
    {
        var world = Scenario.Usual().World;
        Assert.Empty(Patch(Parts(world, null), Parts(world, null))["qubes"]?.AsObject() ?? []);
        Assert.Equal("{}", Patch(Parts(world, null) is var parts ? parts : null!, Parts(world, parts)).ToJsonString());
    }

    [Fact]
    public void A_change_of_one_feature_gives_a_patch_of_one_feature()
    {
        var scenario = Scenario.Usual();
        var before = Parts(scenario.World, null);
        scenario.Given(draft => Features.Set(draft, scenario.Id("work"), "f", "1"));
        Assert.Equal(
            "{\"qubes\":{\"" + scenario.Id("work") + "\":{\"features\":{\"f\":\"1\"}}}}", Patch(before, Parts(scenario.World, before)).ToJsonString());
    }

    [Fact]
    public void Whoever_may_not_list_a_qube_learns_nothing()
    {
        var scenario = Scenario.Usual();
        Assert.Equal("""{"format":1,"position":0,"qubes":{}}""", Text(new CallerView(scenario.World, CallPolicy.None.Of(scenario.World, scenario.Qube("work")))));
        var parts = StateParts.Of(new CallerView(scenario.World, CallPolicy.None.Of(scenario.World, scenario.Qube("work"))), null);
        Assert.Empty(parts.Qubes);
        Assert.Empty(parts.Groups);
    }

    [Fact]
    public void What_is_not_ascii_is_escaped_and_kept()
    {
        var scenario = Scenario.Usual();
        var world = Evolve.Apply(scenario.World, new FeatureSet(scenario.Id("work"), "f", "\u00e9\0\n\"", null));
        var text = Text(new CallerView(world, CallPolicy.None.Of(world, world.Dom0)));
        Assert.All(text, character => Assert.True(char.IsAscii(character) && !char.IsControl(character)));
        Assert.Equal("\u00e9\0\n\"", JsonNode.Parse(text)!["qubes"]![scenario.Id("work").ToString()]!["features"]!["f"]!.GetValue<string>());
    }

    private static JsonObject Read(World world) => JsonNode.Parse(Text(new CallerView(world, CallPolicy.None.Of(world, world.Dom0))))!.AsObject();

    private static StateParts Parts(World world, StateParts? earlier) => StateParts.Of(new CallerView(world, CallPolicy.None.Of(world, world.Dom0)), earlier);

    private static string Text(CallerView view)
    {
        using var reply = new ReplyWriter();
        StateParts.Of(view, null).WriteTo(reply);
        return Encoding.ASCII.GetString(reply.Written.Span);
    }

    private static JsonObject Patch(StateParts from, StateParts to) => JsonNode.Parse(Written(json => StatePatch.Write(json, from, to)))!.AsObject();

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = StateJson.Writer(buffer))
        {
            write(json);
        }

        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }
}
