using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>What a plan file says, and where it is wrong.</summary>
public sealed class PlanFileReaderTests
{
    [Fact]
    public void Everything_that_a_plan_can_hold_is_read()
    {
        var plan = Read("""
            labels: {teal: "0x00a0a0", old: ~}
            global: {stats_interval: 5}
            qubes:
              work:
                new: {class: AppVM, label: red, template: tpl}
                properties: {memory: 600, kernel: ~, netvm: ""}
                features: {x.y: "a b"}
                tags: {add: [audio], remove: [test]}
                notes: text
                firewall: [action=drop]
              scratch: {tags: [one]}
              gone: {absent: true}
            """);
        Assert.Equal(["teal=0x00a0a0", "old="], plan.Labels.Select(Show));
        Assert.Equal(["stats_interval=5"], plan.Global.Select(Show));
        var work = plan.Qubes[0];
        Assert.Equal(new NewQubeWish(QubeClass.AppVM, "red", "tpl"), work.New);
        Assert.Equal(["memory=600", "kernel=", "netvm=''"], work.Properties.Select(Show));
        Assert.Equal(["audio=''", "test="], work.Tags.Select(Show));
        Assert.Equal(("text", "action=drop", false), (work.Notes?.Value, work.Firewall?[0].Name, work.HasAllTags));
        Assert.Equal((true, true), (plan.Qubes[1].HasAllTags, plan.Qubes[2].IsAbsent));
        Assert.Equal(new FilePlace(2, 26), plan.Global[0].Place);
    }

    [Theory]
    [InlineData("qubes:\n  work: {propertys: {}}", "line 2, column 10: qubes.work: unknown key 'propertys'")]
    [InlineData("qubes: {work: {properties: {memory: [1]}}}", "line 1, column 37: qubes.work.properties.memory: expected a text, found a list")]
    [InlineData("qubes: [", "line ")]
    [InlineData("qubes: 5", "line 1, column 8: qubes: expected keys with values")]
    [InlineData("global: {a: 1, a: 2}", "line 1, column ")]
    [InlineData("a: &x 1\nb: *x", "line 1, column 4: anchors and aliases are not taken")]
    [InlineData("a: [[[[[[[[[1]]]]]]]]]", "too many levels")]
    [InlineData("qubes: {fresh: {new: {class: AppVM}}}", "expected the label of the new qube")]
    [InlineData("qubes: {fresh: {new: {class: NoVM, label: red}}}", "found 'NoVM'")]
    [InlineData("qubes: {gone: {absent: true, tags: [a]}}", "has no settings")]
    public void What_is_wrong_is_named_with_its_place(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidRequestException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_would_cost_too_much_is_refused_before_it_is_read()
    {
        Assert.Contains("too large", Assert.Throws<InvalidRequestException>(() => Read(new string('#', PlanFileReader.MostBytes + 1))).Message, StringComparison.Ordinal);
        Assert.Contains("too many levels", Assert.Throws<InvalidRequestException>(() => Read(new string('[', 60_000))).Message, StringComparison.Ordinal);
        Assert.Contains("no UTF-8", Assert.Throws<InvalidRequestException>(() => new PlanFileReader().Read(new byte[] { 0xff })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_wants_nothing() => Assert.Empty(Read("").Qubes);

    private static PlanFile Read(string text) => new PlanFileReader().Read(Encoding.UTF8.GetBytes(text));

    private static string Show(Wish wish) => $"{wish.Name}={(wish.Value is "" ? "''" : wish.Value)}";
}
