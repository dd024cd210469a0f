using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What is told about all qubes.</summary>
public sealed class SystemInfoViewTests
{
    private const int Changes = 60;

    [Fact]
    public void The_answer_that_was_kept_up_to_date_is_the_one_made_from_scratch() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        var (scenario, kept) = (Scenario.Fresh(), new SystemInfoView(Power));
        for (var change = 0; change < Changes; change++)
        {
            scenario.When(RandomChange.Next(random));
            Assert.Equal(Answer(new SystemInfoView(Power), scenario.World), Answer(kept, scenario.World));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_view_may_be_asked_about_an_older_world_after_a_newer_one()
    {
        var older = Scenario.Usual();
        var newer = Scenario.Given(older.World).Create(QubeClass.AppVM, "another").Set("work", "label", "green").Set(null, "default_guivm", "");
        var view = new SystemInfoView(Power);
        var before = Answer(view, older.World);
        Assert.NotEqual(before, Answer(view, newer.World));
        Assert.Equal(before, Answer(view, older.World));
    }

    [Fact]
    public void The_same_world_is_not_looked_at_twice()
    {
        var asked = new List<string>();
        var scenario = Scenario.Usual();
        var view = new SystemInfoView((_, qube) =>
        {
            asked.Add(qube.Name);
            return "Halted";
        });
        Answer(view, scenario.World);
        asked.Clear();
        Answer(view, scenario.World);
        Assert.Empty(asked);
    }

    [Fact]
    public void Values_are_written_as_the_policy_daemon_reads_them()
    {
        var scenario = Scenario.Usual()
            .Set("rem", "relayvm", "work").Set("rem", "transport_rpc", "my.Transport")
            .Set(null, "default_dispvm", "dvm")
            .Given(draft => Features.Set(draft, draft.World.Find("work")!.Id, "internal", "a\"\\\u0001é"))
            .Given(draft => Tags.Add(draft, draft.World.Find("rem")!.Id, "x"));
        var answer = Answer(new SystemInfoView(Power), scenario.World);

        using var json = JsonDocument.Parse(answer);
        Assert.Equal(["dom0", "dvm", "net", "rem", "tpl", "work"], json.RootElement.GetProperty("domains").EnumerateObject().Select(domain => domain.Name));
        Assert.StartsWith("{\"domains\": {\"dom0\": {\"internal\": null, \"tags\": [], \"type\": \"AdminVM\", ", answer, StringComparison.Ordinal);
        Assert.Contains(
            "\"rem\": {\"internal\": null, \"tags\": [\"created-by-dom0\", \"relayvm-work\", \"x\"], \"type\": \"RemoteVM\", \"template_for_dispvms\": false, " +
            "\"default_dispvm\": null, \"icon\": \"appvm-red\", \"label\": \"0xcc0000\", \"guivm\": null, \"relayvm\": \"work\", " +
            "\"transport_rpc\": \"my.Transport\", \"power_state\": \"Running\", \"uuid\": \"", answer, StringComparison.Ordinal);
        Assert.Contains("\"work\": {\"internal\": \"a\\\"\\\\\\u0001\\u00e9\", ", answer, StringComparison.Ordinal);
        Assert.Contains("\"template_for_dispvms\": true, \"default_dispvm\": \"dvm\"", answer, StringComparison.Ordinal);
    }

    private static string Power(World world, Qube qube) => qube.IsLocal && !qube.IsDom0 ? "Halted" : "Running";

    private static string Answer(SystemInfoView view, World world)
    {
        var output = new ArrayBufferWriter<byte>();
        view.WriteTo(world, output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
