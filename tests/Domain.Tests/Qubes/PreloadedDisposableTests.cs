namespace Qubes.Cqrs.Domain.Tests;

public sealed class PreloadedDisposableTests
{
    private const string Progress = Preload.InProgressFeature;
    private const string List = Preload.ListFeature;
    private static readonly QubeId New = new(new Guid("33333333-3333-4333-8333-333333333333"));
    private static readonly QubeId Other = new(new Guid("44444444-4444-4444-8444-444444444444"));

    [Fact]
    public void A_new_one_is_on_the_list_before_it_is_on_disk() => Wanting("1")
        .When(draft => PreloadedDisposables.Create(draft, draft.World.Find("dvm")!.Id, New, 7, []))
        .ThenAnnounced(
            "|domain-add|vm=disp7",
            $"disp7|domain-feature-pre-set:{Progress}|feature={Progress},value=1",
            $"disp7|domain-feature-set:{Progress}|feature={Progress},value=1",
            $"dvm|domain-feature-pre-set:{List}|feature={List},value=disp7",
            "disp7|property-reset:is_preload|name=is_preload",
            $"dvm|domain-feature-set:{List}|feature={List},value=disp7",
            "disp7|domain-feature-pre-set:internal|feature=internal,value=1",
            "disp7|domain-feature-set:internal|feature=internal,value=1");

    [Fact]
    public void There_are_never_more_than_wanted()
    {
        var scenario = Wanting("1").Given(draft => PreloadedDisposables.Create(draft, draft.World.Find("dvm")!.Id, New, 7, []));
        scenario.When(draft => PreloadedDisposables.Create(draft, draft.World.Find("dvm")!.Id, Other, 7, [])).Then();
        Assert.Equal(0, PreloadedDisposables.Vacancies(scenario.World, scenario.Qube("dvm")));
    }

    [Fact]
    public void One_that_waits_is_taken_once()
    {
        var scenario = Waiting("1");
        Assert.Equal(New, Take(scenario));
        Assert.Equal("1", scenario.Qube("disp7").Features.Find(Progress));
        Assert.True(Preload.IsTaken(scenario.World, scenario.Qube("disp7")));
        Assert.Null(Take(scenario));
    }

    [Fact]
    public void One_that_is_made_is_taken_only_while_somebody_makes_it()
    {
        var scenario = Wanting("1").Given(draft => PreloadedDisposables.Create(draft, draft.World.Find("dvm")!.Id, New, 7, []));
        Assert.Null(Take(scenario));
        Assert.Equal(New, Take(scenario, id => id == New));
    }

    [Fact]
    public void Who_gets_it_is_tagged_and_the_template_hears_of_it()
    {
        var scenario = Waiting("1");
        Take(scenario);
        scenario.When(draft => PreloadedDisposables.HandOver(draft, New, "run")).ThenAnnounced(
            "disp7|domain-unpaused|",
            "disp7|domain-feature-pre-delete:internal|feature=internal",
            "disp7|domain-feature-delete:internal|feature=internal",
            "disp7|property-reset:is_preload|name=is_preload",
            $"disp7|domain-feature-pre-delete:{Progress}|feature={Progress}",
            $"disp7|domain-feature-delete:{Progress}|feature={Progress}",
            "dvm|domain-preload-dispvm-used|dispvm=disp7,delay=3.0",
            "disp7|domain-tag-add:disp-created-by-dom0|tag=disp-created-by-dom0");
        Assert.False(Preload.IsPreloaded(scenario.Qube("disp7")));
        scenario.When(draft => PreloadedDisposables.MarkUsed(draft, New)).Then();
    }

    [Fact]
    public void A_template_that_is_internal_has_internal_disposables()
    {
        var scenario = Wanting("1").Given(draft => Features.Set(draft, draft.World.Find("dvm")!.Id, "internal", "1"));
        Wait(scenario);
        Take(scenario);
        scenario.Given(draft => PreloadedDisposables.HandOver(draft, New, "run"));
        Assert.Equal("1", scenario.Qube("disp7").Features.Find("internal"));
    }

    [Fact]
    public void Who_lets_it_go_on_uses_it()
    {
        var scenario = Waiting("1").Given(draft => Pauses.Observe(draft, New, "run", DomainActivity.Running));
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
        Assert.False(Preload.IsPreloaded(scenario.Qube("disp7")));
        Assert.Contains(scenario.Announcements, announcement => announcement.Event == Preload.UsedEvent);
    }

    [Fact]
    public void One_that_was_given_up_is_nobodys()
    {
        var scenario = Waiting("1");
        Take(scenario);
        scenario.Given(draft => PreloadedDisposables.Abandon(draft, New));
        Assert.True(Preload.IsDropped(scenario.World, scenario.Qube("disp7")));
    }

    [Theory]
    [InlineData("memory", "700")]
    [InlineData("netvm", "net")]
    [InlineData("default_user", "other")]
    public void Another_setting_of_the_template_makes_it_outdated(string property, string value)
    {
        var scenario = Waiting("1").Set("dvm", property, value);
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
        var last = scenario.Announcements[^1];
        Assert.Equal(("dvm", Preload.StartEvent), (last.SubjectName, last.Event));
        Assert.Equal(("delay", "30"), (last.Arguments[1].Key, last.Arguments[1].Value));
    }

    [Theory]
    [InlineData("include_in_backups", "False")]
    [InlineData("autostart", "True")]
    public void A_setting_that_is_each_ones_own_does_not(string property, string value)
    {
        var scenario = Waiting("1").Set("dvm", property, value);
        Assert.Equal("disp7", scenario.Qube("dvm").Features.Find(List));
    }

    [Fact]
    public void Another_size_of_the_private_volume_makes_it_outdated()
    {
        var scenario = Waiting("1").Given(draft =>
        {
            var dvm = draft.World.Find("dvm")!;
            draft.Record(new VolumeConfigured(dvm.Id, dvm.Volumes.Single(volume => volume.Name == "private") with { SizeBytes = 3L << 30 }));
        });
        Assert.Null(Take(scenario));
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
    }

    [Theory]
    [InlineData("tpl")]
    [InlineData("dvm")]
    public void A_newer_volume_of_a_template_makes_it_outdated(string template)
    {
        var scenario = Waiting("1");
        scenario.Given(draft => draft.Record(new StartRequested(scenario.Id(template), "t")))
            .Given(draft => draft.Record(new QubeStopped(scenario.Id(template), "t") { AtMicroseconds = 99 }))
            .Given(draft => Stops.Complete(draft, scenario.Id(template), "t"));
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
        Assert.Equal(Preload.StartEvent, scenario.Announcements[^1].Event);
    }

    [Fact]
    public void They_do_not_keep_their_template_one_but_go_with_it()
    {
        var scenario = Waiting("1").Set("dvm", "template_for_dispvms", "False");
        Assert.True(Preload.IsDropped(scenario.World, scenario.Qube("disp7")));
        scenario = Waiting("1").Create(QubeClass.DispVM, "named", "dvm");
        scenario.When(draft => Properties.Set(draft, scenario.Id("dvm"), "template_for_dispvms", "False"));
        Assert.IsType<QubeInUseException>(scenario.Refusal);
    }

    [Fact]
    public void What_was_left_unfinished_is_dropped()
    {
        var scenario = Wanting("2");
        Wait(scenario);
        scenario.Given(draft => PreloadedDisposables.Create(draft, scenario.Id("dvm"), Other, 8, []))
            .Given(draft => PreloadedDisposables.DropUnfinished(draft, scenario.Id("dvm")));
        Assert.Equal("disp7", scenario.Qube("dvm").Features.Find(List));
        Assert.True(Preload.IsDropped(scenario.World, scenario.Qube("disp8")));
        scenario.Given(draft => draft.Record(new RunObserved(New, null, null, "gone"))).Given(draft => PreloadedDisposables.DropUnfinished(draft, scenario.Id("dvm")));
        Assert.Equal("", scenario.Qube("dvm").Features.Find(List));
    }

    [Theory]
    [InlineData("7", null, 7)]
    [InlineData(null, "9", 9)]
    [InlineData("7", "9", 7)]
    [InlineData(null, null, 3)]
    [InlineData("-1_0e-1", null, -1)]
    public void The_delay_is_the_templates_else_the_systems(string? own, string? global, double expected)
    {
        var scenario = Wanting("1");
        Give(scenario, "dvm", Preload.DelayFeature, own);
        Give(scenario, "dom0", Preload.DelayFeature, global);
        Assert.Equal(expected, Preload.DelaySeconds(scenario.World, scenario.Qube("dvm")));
    }

    [Fact]
    public void Where_the_systems_number_rules_its_delay_does()
    {
        var scenario = Wanting("1").Set(null, "default_dispvm", "dvm");
        Give(scenario, "dom0", Preload.MaxFeature, "1");
        Give(scenario, "dvm", Preload.DelayFeature, "7");
        Assert.Equal(7, Preload.DelaySeconds(scenario.World, scenario.Qube("dvm")));
        Give(scenario, "dom0", Preload.DelayFeature, "9");
        Assert.Equal(9, Preload.DelaySeconds(scenario.World, scenario.Qube("dvm")));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("500", 500L << 20)]
    [InlineData("99999999999999999999999", long.MaxValue)]
    public void The_threshold_is_in_mebibytes(string? value, long expected)
    {
        var scenario = Scenario.Usual();
        Give(scenario, "dom0", Preload.ThresholdFeature, value);
        Assert.Equal(expected, Preload.ThresholdBytes(scenario.World));
    }

    [Fact]
    public void A_template_that_lost_its_services_is_told_so()
    {
        var scenario = Wanting("1").Given(draft => Features.Remove(draft, draft.World.Find("tpl")!.Id, "supported-rpc.qubes.WaitForSession"));
        scenario.When(draft => Disposables.KeepReady(draft, draft.World.Find("dvm")!)).ThenFails<InvalidValueException>(
            "Qube does not support the RPC(s) 'qubes.WaitForSession' but tried to preload, check if template is outdated");
    }

    [Fact]
    public void A_disposable_that_stops_goes_unless_something_needs_it()
    {
        var scenario = Scenario.Usual().Given(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 7, []))
            .Given(draft => draft.Record(new StartRequested(New, "run"))).Given(draft => draft.Record(new QubeStopped(New, "run")));
        var needed = Scenario.Given(scenario.World).Set("work", "netvm", "").Given(draft => draft.Record(new PropertySet(draft.World.Find("work")!.Id, "netvm", PropertyValue.Of(New), null)));
        scenario.When(draft => Stops.Complete(draft, New, "run"))
            .ThenAnnounced("disp7|domain-shutdown|", "|domain-pre-delete|vm=disp7", "|domain-delete|vm=disp7", "disp7|domain-remove-from-disk|");
        Assert.Null(scenario.World.Find(New));
        needed.When(draft => Stops.Complete(draft, New, "run")).ThenAnnounced("disp7|domain-shutdown|");
        Assert.NotNull(needed.World.Find(New));
    }

    [Fact]
    public void One_that_cannot_be_started_goes_when_nothing_runs_of_it()
    {
        var scenario = Scenario.Usual().Given(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 7, []));
        var spawned = Scenario.Given(scenario.World).Given(draft => Starts.Request(draft, New, "run"))
            .Given(draft => Starts.Spawned(draft, new QubeSpawned(New, "run", 1, -1, null, 0))).Given(draft => Starts.Fail(draft, New, "run", "no"));
        Assert.NotNull(spawned.World.Find(New));
        scenario.Given(draft => Starts.Request(draft, New, "run")).Given(draft => Starts.Fail(draft, New, "run", "no"));
        Assert.Null(scenario.World.Find(New));
        var kept = Scenario.Usual().Create(QubeClass.DispVM, "named", "dvm");
        kept.Given(draft => Starts.Fail(draft, kept.Id("named"), "run", "no"));
        Assert.NotNull(kept.World.Find("named"));
    }

    [Theory]
    [InlineData("work", "tpl")]
    [InlineData("named", "dvm")]
    public void A_qube_that_runs_keeps_its_template(string name, string template)
    {
        var scenario = Scenario.Usual().Create(QubeClass.DispVM, "named", "dvm").Running(name);
        scenario.When(draft => Properties.Set(draft, scenario.Id(name), "template", template))
            .ThenFails<QubeNotHaltedException>("Cannot change template while qube is running");
    }

    private static QubeId? Take(Scenario scenario, Func<QubeId, bool>? isMade = null)
    {
        QubeId? taken = null;
        scenario.Given(draft => taken = PreloadedDisposables.Take(draft, draft.World.Find("dvm")!.Id, isMade ?? (_ => false)));
        return taken;
    }

    private static Scenario Waiting(string wanted) => Wait(Wanting(wanted));

    // disp7 waits, paused, in a run that began at 1 microsecond.
    private static Scenario Wait(Scenario scenario) => scenario
        .Given(draft => PreloadedDisposables.Create(draft, draft.World.Find("dvm")!.Id, New, 7, []))
        .Given(draft => Starts.Request(draft, New, "run"))
        .Given(draft => Starts.Spawned(draft, new QubeSpawned(New, "run", 1, -1, null, 1)))
        .Given(draft => Pauses.Observe(draft, New, "run", DomainActivity.Running))
        .Given(draft => Starts.Complete(draft, New, "run"))
        .Given(draft => Assert.True(PreloadedDisposables.AnnouncePause(draft, New)))
        .Given(draft => PreloadedDisposables.Complete(draft, New, "run", isPaused: true));

    private static Scenario Wanting(string wanted)
    {
        var scenario = Scenario.Usual();
        foreach (var feature in new[] { "qrexec", "supported-rpc.qubes.WaitForRunningSystem", "supported-rpc.qubes.WaitForSession" })
        {
            Give(scenario, "tpl", feature, "1");
        }

        return Give(scenario, "dvm", Preload.MaxFeature, wanted);
    }

    private static Scenario Give(Scenario scenario, string name, string feature, string? value) =>
        value is null ? scenario : scenario.Given(draft => Features.Set(draft, scenario.Id(name), feature, value));
}
