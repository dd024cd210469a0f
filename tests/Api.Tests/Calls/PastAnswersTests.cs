using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Calls that are answered from a state of the past.</summary>
public sealed class PastAnswersTests
{
    private static readonly World State = Scenario.Usual().Set("work", "netvm", "net").World;

    public static TheoryData<string> Readable => [.. PastAnswers.Methods.Select(method => method.Name)];

    public static TheoryData<string> Others => [.. AdminMethods.Built.Where(name => MethodTable.Find(SocketKind.Admin, name) is not null && PastAnswers.Methods.All(method => method.Name != name))];

    // A handler that needs something which is not there would fail otherwise than by a refusal.
    [Theory]
    [MemberData(nameof(Readable))]
    public async Task Every_method_that_only_reads_is_answered_or_refused_as_the_daemon_would(string method)
    {
        var row = MethodTable.Find(SocketKind.Admin, method)!; // one of the table
        var argument = row.Argument == Presence.Forbidden ? "" : "netvm";
        var destination = row.Destination == DestinationRule.AdminVm ? "dom0" : "work";
        using var reply = new ReplyWriter();
        var refusal = await new PastAnswers(State, DateTimeOffset.UnixEpoch).AnswerAsync(method, argument, "dom0", destination, reply, CancellationToken.None);
        Assert.StartsWith(refusal is null ? "0\0" : "2\0", Encoding.UTF8.GetString(reply.Written.Span), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Nothing_else_is_answered(string method)
    {
        using var reply = new ReplyWriter();
        await Assert.ThrowsAsync<PastAnswerException>(() =>
            new PastAnswers(State, DateTimeOffset.UnixEpoch).AnswerAsync(method, "x", "dom0", "work", reply, CancellationToken.None));
        Assert.True(reply.IsEmpty);
    }

    [Fact]
    public async Task Rules_that_have_ended_since_are_in_force_then()
    {
        var world = Scenario.Usual().Given(draft => draft.Record(new FirewallSet(
            draft.World.Find("work")!.Id, [FirewallRuleParser.Parse("action=drop expire=1000")]))).World;
        Assert.Equal("0\0action=drop expire=1000\n", await FirewallAsync(world, 999));
        Assert.Equal("0\0", await FirewallAsync(world, 1000));
    }

    private static async Task<string> FirewallAsync(World world, long unixSeconds)
    {
        using var reply = new ReplyWriter();
        Assert.Null(await new PastAnswers(world, DateTimeOffset.FromUnixTimeSeconds(unixSeconds)).AnswerAsync("admin.vm.firewall.Get", "", "dom0", "work", reply, CancellationToken.None));
        return Encoding.UTF8.GetString(reply.Written.Span);
    }
}
