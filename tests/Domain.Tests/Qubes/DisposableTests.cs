namespace Qubes.Cqrs.Domain.Tests;

public sealed class DisposableTests
{
    private const string Refusal = "Refusing to create disposable out of app qube which has template_for_dispvms=False";
    private static readonly QubeId New = new(new Guid("33333333-3333-4333-8333-333333333333"));

    [Fact]
    public void A_disposable_is_named_after_its_number_and_goes_when_it_stops()
    {
        var scenario = Scenario.Usual().Given(draft => Tags.Remove(draft, draft.World.Find("dvm")!.Id, "created-by-dom0"))
            .When(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 42, [])).ThenAnnounced("|domain-add|vm=disp42")
            .When(draft => Disposables.TagCreator(draft, New))
            .ThenAnnounced(
                "disp42|domain-tag-add:created-by-dom0|tag=created-by-dom0",
                "disp42|domain-tag-add:disp-created-by-dom0|tag=disp-created-by-dom0");
        Assert.Equal("True", scenario.Value("disp42", "auto_cleanup"));
        Assert.Equal("42", scenario.Value("disp42", "dispid"));
        Assert.Equal("red", scenario.Value("disp42", "label"));
        Assert.Equal("False", scenario.Value("disp42", "include_in_backups"));
    }

    [Fact]
    public void A_number_in_use_or_used_lately_is_passed_over()
    {
        var scenario = Scenario.Usual().Create(QubeClass.DispVM, "named", "dvm").Create(QubeClass.AppVM, "disp9")
            .When(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 7, [8, 10]));
        Assert.Equal("disp11", scenario.World.Qube(New).Name);
    }

    [Fact]
    public void A_number_used_lately_is_taken_when_there_is_no_other()
    {
        var scenario = Scenario.Usual().When(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 9999, [.. Enumerable.Range(0, 10000)]));
        Assert.Equal("disp9999", scenario.World.Qube(New).Name);
    }

    [Fact]
    public void Its_volumes_lie_where_those_of_its_template_lie()
    {
        var scenario = Scenario.Usual().Given(draft =>
        {
            draft.Record(new PoolAdded("pp", "file", [new("name", "pp"), new("dir_path", "/pp"), new("driver", "file"), new("revisions_to_keep", "3")]));
            var dvm = draft.World.Find("dvm")!;
            draft.Record(new VolumeConfigured(dvm.Id, dvm.Volumes.Single(volume => volume.Name == "volatile") with { Pool = "pp", Rw = false, Ephemeral = true }));
        }).When(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 1, []));
        var scratch = scenario.Qube("disp1").Volumes.Single(volume => volume.Name == "volatile");
        Assert.Equal(("pp", "appvms/disp1/volatile", false, true), (scratch.Pool, scratch.Vid, scratch.Rw, scratch.Ephemeral));
        Assert.Equal("vm-templates/tpl/root", scenario.Qube("disp1").Volumes.Single(volume => volume.Name == "root").Source);
    }

    [Fact]
    public void The_tags_of_a_template_come_with_those_of_the_defaults()
    {
        var scenario = Scenario.Usual().Set("dvm", "guivm", "").Given(draft => Tags.Add(draft, draft.World.Find("dvm")!.Id, "mine"))
            .When(draft => Disposables.Create(draft, draft.World.Find("dvm")!, New, 1, []));
        Assert.Equal(["audiovm-dom0", "created-by-dom0", "guivm-dom0", "mine"], scenario.Qube("disp1").Tags);
    }

    [Fact]
    public void Dom0_as_the_destination_means_what_the_caller_prefers()
    {
        var world = Scenario.Usual().Create(QubeClass.AppVM, "dvm2").Set("dvm2", "template_for_dispvms", "True")
            .Set(null, "default_dispvm", "dvm").Set("work", "default_dispvm", "dvm2").World;
        Assert.Equal("dvm", Disposables.TemplateFor(world, world.Dom0, world.Dom0).Name);
        Assert.Equal("dvm2", Disposables.TemplateFor(world, world.Dom0, world.Find("work")!).Name);
        Assert.Equal("dvm", Disposables.TemplateFor(world, world.Find("dvm")!, world.Find("work")!).Name);
    }

    [Theory]
    [InlineData("dom0")]
    [InlineData("work")]
    [InlineData("tpl")]
    [InlineData("rem")]
    public void What_is_no_template_of_disposables_is_refused(string destination)
    {
        var world = Scenario.Usual().World;
        Assert.Equal(Refusal, Assert.Throws<RefusedException>(() => Disposables.TemplateFor(world, world.Find(destination)!, world.Dom0)).Message);
    }

    [Fact]
    public void A_remote_qube_prefers_none()
    {
        var world = Scenario.Usual().Set(null, "default_dispvm", "dvm").World;
        Assert.Throws<QubeErrorException>(() => Disposables.TemplateFor(world, world.Dom0, world.Find("rem")!));
    }

    [Fact]
    public void Without_any_to_be_kept_ready_that_was_asked_for_is_announced() => Scenario.Usual()
        .When(draft => Disposables.KeepReady(draft, draft.World.Find("dvm")!))
        .ThenAnnounced("dvm|domain-preload-dispvm-start|reason=autostart was requested");

    [Theory]
    [InlineData("2", null, 2)]
    [InlineData(null, "3", 0)]
    [InlineData("2", "3", 2)]
    [InlineData("x", null, 0)]
    public void The_number_to_keep_ready_is_the_templates_own(string? own, string? system, int wanted) =>
        Assert.Equal(wanted, Preload.Wanted(WithNumbers(own, system, isDefault: false), WithNumbers(own, system, isDefault: false).Find("dvm")!));

    [Theory]
    [InlineData("2", "3", 3)]
    [InlineData("2", null, 2)]
    [InlineData("2", "0", 0)]
    public void For_the_systems_default_dom0s_number_counts(string? own, string? system, int wanted) =>
        Assert.Equal(wanted, Preload.Wanted(WithNumbers(own, system, isDefault: true), WithNumbers(own, system, isDefault: true).Find("dvm")!));

    private static World WithNumbers(string? own, string? system, bool isDefault)
    {
        var scenario = isDefault ? Scenario.Usual().Set(null, "default_dispvm", "dvm") : Scenario.Usual();
        return scenario.Given(draft =>
        {
            foreach (var (id, value) in new[] { (draft.World.Find("dvm")!.Id, own), (QubeId.Dom0, system) }.Where(entry => entry.Item2 is not null))
            {
                draft.Record(new FeatureSet(id, "preload-dispvm-max", value!, null));
            }
        }).World;
    }
}
