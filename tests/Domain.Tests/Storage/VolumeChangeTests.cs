namespace Qubes.Cqrs.Domain.Tests;

public sealed class VolumeChangeTests
{
    private static readonly VolumeRevision First = new("1", 1000);

    [Fact]
    public void A_new_qube_is_not_on_disk_before_its_volumes_are_there()
    {
        var scenario = Scenario.Usual();
        Assert.False(scenario.Qube("work").IsOnDisk);
        scenario.When(draft => VolumeOutcomes.Created(draft, scenario.Id("work"), isNews: true))
            .Then(new VolumesCreated(scenario.Id("work"))).ThenAnnounced("work|domain-create-on-disk|");
    }

    [Fact]
    public void Volumes_that_were_found_are_not_announced()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => VolumeOutcomes.Created(draft, scenario.Id("work"), isNews: false)).Then(new VolumesCreated(scenario.Id("work"))).ThenAnnounced();
    }

    [Fact]
    public void A_qube_whose_volumes_cannot_be_made_goes_again()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.When(draft => VolumeOutcomes.NotCreated(draft, work)).Then(new QubeRemoved(work)).ThenAnnounced("|domain-delete|vm=work");
        Assert.Empty(scenario.World.LeftVolumes);
    }

    [Fact]
    public void A_qube_that_was_made_does_not_go_for_it()
    {
        var scenario = Scenario.Usual();
        scenario.Given(draft => VolumeOutcomes.Created(draft, scenario.Id("work"), isNews: true)).When(draft => VolumeOutcomes.NotCreated(draft, scenario.Id("work"))).Then();
    }

    [Fact]
    public void A_removed_qube_leaves_volumes_until_they_are_gone()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        var volumes = scenario.Qube("work").Volumes;
        scenario.Given(draft => VolumeOutcomes.Created(draft, work, isNews: true)).Given(draft => QubeRemoval.Remove(draft, work));
        Assert.Equal(new LeftVolumes("work", volumes), scenario.World.LeftVolumes[work]);
        scenario.When(draft => VolumeOutcomes.Removed(draft, work)).Then(new VolumesRemoved(work));
        Assert.Empty(scenario.World.LeftVolumes);
    }

    [Fact]
    public void The_log_tells_that_the_volumes_of_a_removed_qube_are_gone()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.Given(draft => VolumeOutcomes.Created(draft, work, isNews: true)).Given(draft => QubeRemoval.Remove(draft, work));
        var division = Retentions.Divide(scenario.World, new VolumesRemoved(work));
        Assert.Equal([new VolumesRemoved(work)], division.Kept);
        Assert.Empty(division.Ephemeral);
    }

    [Fact]
    public void Clearing_goes_through_its_steps_and_keeps_the_size()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.When(draft => VolumeContents.Clear(draft, VolumeAddress.OfQube(work, "private"), "c"))
            .Then(new VolumeChangeRequested(work, "private", new VolumeChange("c", VolumeChangeKind.Clear) { SizeBytes = 2L << 30 }));
        scenario.When(draft => VolumeOutcomes.Ready(draft, work, "private", "c"))
            .Then(new VolumeChangeAdvanced(work, "private", "c", VolumeChangePhase.Ready))
            .ThenAnnounced("work|domain-volume-import-begin|volume=private,size=2147483648");
        scenario.When(draft => VolumeOutcomes.Changed(draft, work, "private", "c", [First]))
            .ThenAnnounced("work|domain-volume-import-end|volume=private,success=True");
        Assert.Equal([First], scenario.Qube("work").StateOf("private").Revisions);
        Assert.Empty(scenario.Qube("work").StateOf("private").Changes);
        scenario.When(draft => VolumeOutcomes.Changed(draft, work, "private", "c", [])).Then(); // once
    }

    [Fact]
    public void An_import_gives_the_volume_the_size_of_its_data()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.Given(draft => VolumeImports.Begin(draft, work, "private", "1048576"u8, "c"))
            .When(draft => VolumeImports.Complete(draft, work, "private")).ThenFails<StorageRefusedException>("No import operation in progress on appvms/work/private");
        scenario.When(draft => VolumeImports.Opened(draft, work, "private", "c"))
            .Then(new VolumeChangeAdvanced(work, "private", "c", VolumeChangePhase.Open))
            .ThenAnnounced("work|domain-volume-import-begin|volume=private,size=1048576");
        scenario.When(draft => VolumeImports.Complete(draft, work, "private")).Then(new VolumeChangeAdvanced(work, "private", "c", VolumeChangePhase.Ready));
        scenario.Given(draft => VolumeOutcomes.Changed(draft, work, "private", "c", [First]));
        Assert.Equal(1048576, scenario.Qube("work").Volumes.Single(volume => volume.Name == "private").SizeBytes);
    }

    [Fact]
    public void A_second_import_takes_the_place_of_the_first_and_a_resize_of_none()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.Given(draft => VolumeImports.Begin(draft, work, "private", default, "one"))
            .Given(draft => VolumeImports.Begin(draft, work, "private", default, "two"))
            .Given(draft => VolumeContents.Resize(draft, VolumeAddress.OfQube(work, "private"), "5"u8, "three"));
        Assert.Equal(["two", "three"], scenario.Qube("work").StateOf("private").Changes.Select(change => change.Id));
    }

    [Fact]
    public void An_import_that_fails_leaves_nothing()
    {
        var scenario = Scenario.Usual();
        var work = scenario.Id("work");
        scenario.Given(draft => VolumeImports.Begin(draft, work, "private", default, "c"))
            .When(draft => VolumeImports.GiveUp(draft, work, "private", "too little"))
            .Then(new VolumeChangeFailed(work, "private", "c", "too little"))
            .ThenAnnounced("work|domain-volume-import-end|volume=private,success=False");
        Assert.Equal(VolumeState.New, scenario.Qube("work").StateOf("private"));
    }

    [Theory]
    [InlineData("volatile")]
    [InlineData("kernel")]
    [InlineData("root")]
    public void What_does_not_last_takes_no_data(string volume) => Scenario.Usual()
        .When(draft => VolumeImports.Begin(draft, draft.World.Find("work")!.Id, volume, default, "c"))
        .ThenFails<StorageRefusedException>($"Cannot import data into volume {(volume == "kernel" ? "6.6.1" : "appvms/work/" + volume)}: nothing that is written to it lasts");

    [Fact]
    public void Only_a_revision_that_is_there_can_be_gone_back_to()
    {
        var scenario = Scenario.Usual();
        var address = VolumeAddress.OfQube(scenario.Id("work"), "private");
        scenario.When(draft => VolumeContents.Revert(draft, address, "1"u8, "c")).ThenFails<RevisionNotFoundException>("Volume appvms/work/private has no revision '1'");
        scenario.Given(draft => VolumeOutcomes.Observe(draft, scenario.Id("work"), "private", [First]))
            .When(draft => VolumeContents.Revert(draft, address, "1"u8, "c"))
            .Then(new VolumeChangeRequested(scenario.Id("work"), "private", new VolumeChange("c", VolumeChangeKind.Revert) { Revision = "1" }));
    }
}
