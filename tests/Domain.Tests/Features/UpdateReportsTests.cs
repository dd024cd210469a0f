using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>What reports on available updates change.</summary>
public sealed class UpdateReportsTests
{
    // Scenarios happen at 12:00 UTC.
    private const string Now = "2026-11-21 13:30:00";
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromMinutes(90), "test", "test");

    [Theory]
    [InlineData("tpl", "tpl")]
    [InlineData("work", "tpl")]
    [InlineData("disp", "tpl")]
    [InlineData("dom0", "dom0")]
    public void Updates_are_noted_where_they_can_be_installed(string source, string noted)
    {
        var given = Given();
        Report(given, source, true).Then(
            new FeatureSet(given.Id(noted), "updates-available", "1", null), new FeatureSet(given.Id(noted), "last-updates-check", Now, null));
    }

    [Fact]
    public void Updates_that_are_gone_were_installed()
    {
        var given = Report(Given(), "tpl", true);
        Report(given, "tpl", false).Then(
            new FeatureSet(given.Id("tpl"), "last-update", Now, null),
            new FeatureSet(given.Id("tpl"), "updates-available", "", "1"),
            new FeatureSet(given.Id("tpl"), "last-updates-check", Now, Now));
        Report(given, "tpl", false).Then(
            new FeatureSet(given.Id("tpl"), "updates-available", "", ""), new FeatureSet(given.Id("tpl"), "last-updates-check", Now, Now));
    }

    [Fact]
    public void A_qube_cannot_say_that_its_template_has_no_updates() => Report(Report(Given(), "tpl", true), "work", false).Then();

    [Fact]
    public void A_template_that_runs_speaks_for_itself() => Report(Given(), "work", true, running: "tpl").Then();

    [Fact]
    public void A_qube_on_old_volumes_is_not_believed() => Report(Given(), "work", true, outdated: "work").Then();

    [Fact]
    public void A_qube_of_another_host_reports_nothing() => Report(Given(), "rem", true).ThenFails<QubeErrorException>("Not supported by RemoteVM");

    private static Scenario Given() => Scenario.Usual().Create(QubeClass.DispVM, "disp", "dvm");

    private static Scenario Report(Scenario given, string source, bool anyAvailable, string? running = null, string? outdated = null) => given.When(draft =>
        UpdateReports.Take(draft, draft.World.Find(source)!.Id, anyAvailable, new RunningQubes(Set(draft, running), Set(draft, outdated)), Zone));

    private static IImmutableSet<QubeId> Set(Draft draft, string? name) => name is null ? [] : ImmutableHashSet.Create(draft.World.Find(name)!.Id);
}
