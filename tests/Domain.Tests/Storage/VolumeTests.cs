using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

public sealed class VolumeTests
{
    [Theory]
    [InlineData("work", "root", "Cannot enable ephemeral on snap_on_start or save_on_stop or non-dom0 or not writable volume")]
    [InlineData("work", "private", "Cannot enable ephemeral on snap_on_start or save_on_stop or non-dom0 or not writable volume")]
    [InlineData("work", "kernel", "LinuxModules does not support setting ephemeral value")]
    public void What_is_to_last_cannot_be_ephemeral(string qube, string volume, string text) => Scenario.Usual()
        .When(draft => VolumeSettings.SetEphemeral(draft, Of(draft, qube, volume), "1"u8))
        .ThenFails<InvalidValueException>(text);

    [Fact]
    public void A_volatile_volume_that_is_read_only_cannot_be_ephemeral() => Scenario.Usual()
        .Given(draft => VolumeSettings.SetRw(draft, Of(draft, "work", "volatile"), "no"u8))
        .When(draft => VolumeSettings.SetEphemeral(draft, Of(draft, "work", "volatile"), "yes"u8))
        .ThenFails<InvalidValueException>("Cannot enable ephemeral on snap_on_start or save_on_stop or non-dom0 or not writable volume");

    [Fact]
    public void Whether_a_volume_is_ephemeral_is_its_own_word_or_its_pools()
    {
        var scenario = Scenario.Usual().Given(draft => Pools.SetEphemeral(draft, "varlibqubes", "1"u8));
        Assert.Equal("True False False", Show());
        scenario.Given(draft => VolumeSettings.SetEphemeral(draft, Of(draft, "work", "volatile"), "0"u8));
        Assert.Equal("False False False", Show());

        string Show() => string.Join(' ', new[] { "volatile", "private", "kernel" }.Select(name =>
            VolumeInfo.Of(scenario.World, VolumeLookup.Find(scenario.World, VolumeAddress.OfQube(scenario.Id("work"), name)), 0)
                .Single(entry => entry.Name == "ephemeral").Value));
    }

    [Theory]
    [InlineData(QubeClass.AppVM, "private")]
    [InlineData(QubeClass.AppVM, "volatile")]
    [InlineData(QubeClass.StandaloneVM, "root")]
    public void What_is_written_to_cannot_lie_among_the_kernels(QubeClass @class, string volume) => Scenario.Usual()
        .When(draft => QubeCreation.Create(draft, New(@class, [new NamedText(volume, "linux-kernel")])))
        .ThenFails<InvalidValueException>("LinuxModules supports only read-only volumes");

    [Fact]
    public void Neither_do_default_pools_send_there_what_is_written_to() => Scenario.Usual()
        .Given(draft => Properties.Set(draft, null, "default_pool_private", "linux-kernel"))
        .When(draft => QubeCreation.Create(draft, New(QubeClass.AppVM, [])))
        .ThenFails<InvalidValueException>("LinuxModules supports only read-only volumes");

    [Theory]
    [InlineData("private", "5", 5L)]
    [InlineData("root", " 12884901888\n", 12884901888L)]
    [InlineData("volatile", "0", 0L)]
    public void Resizing_asks_for_the_size(string volume, string size, long expected)
    {
        var scenario = Scenario.Usual().When(draft => VolumeContents.Resize(draft, Of(draft, "work", volume), Encoding.ASCII.GetBytes(size), "c"));
        Assert.Equal(expected, Assert.IsType<VolumeChangeRequested>(Assert.Single(scenario.Events)).Change.SizeBytes);
    }

    [Fact]
    public void What_is_based_on_a_volume_keeps_its_size() => Assert.Equal(
        10L << 30,
        Scenario.Usual().Given(draft => VolumeContents.Resize(draft, Of(draft, "tpl", "root"), "1"u8, "c")).Qube("work").Volumes[0].SizeBytes);

    [Theory]
    [InlineData("file-reflink", "private", true, "Cannot resize: appvms/q/private is read-only")]
    [InlineData("file", "private", true, "Can not resize readonly volume appvms/q/private")]
    [InlineData("file", "snap", false, "Cannot resize volume based on a template - resizethe template instead")]
    [InlineData("lvm_thin", "private", true, "Can not resize readonly volume vg/vm-q-private")]
    public void A_driver_that_cannot_resize_says_so(string driver, string volume, bool readOnly, string text)
    {
        var config = new VolumeConfig
        {
            Name = volume,
            Pool = "p",
            Vid = driver == "lvm_thin" ? $"vg/vm-q-{volume}" : $"appvms/q/{volume}",
            Rw = !readOnly,
            SnapOnStart = volume == "snap",
        };
        WithVolume(driver, config)
            .When(draft => VolumeContents.Resize(draft, VolumeAddress.InPool("p", config.Vid), "1"u8, "c"))
            .ThenFails<StorageRefusedException>(text);
    }

    [Fact]
    public void A_kernel_cannot_be_resized_nor_written_to()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => VolumeContents.Resize(draft, Of(draft, "work", "kernel"), "1"u8, "c")).ThenFails<StorageRefusedException>("Cannot resize: 6.6.1 is read-only");
        scenario.When(draft => VolumeSettings.SetRw(draft, Of(draft, "work", "kernel"), "on"u8)).ThenFails<InvalidValueException>("LinuxModules supports only read-only volumes");
        scenario.When(draft => VolumeSettings.SetRevisions(draft, Of(draft, "work", "kernel"), "1"u8)).ThenFails<InvalidValueException>("LinuxModules supports only revisions_to_keep=0");
        scenario.When(draft => VolumeSettings.SetRw(draft, Of(draft, "work", "kernel"), "off"u8)).Then();
        scenario.When(draft => VolumeSettings.SetRw(draft, VolumeAddress.InPool("linux-kernel", "6.6.1"), "on"u8)).ThenFails<InvalidValueException>("LinuxModules supports only read-only volumes");
    }

    [Fact]
    public void A_size_that_no_file_can_have_is_refused() => Scenario.Usual()
        .When(draft => VolumeContents.Resize(draft, Of(draft, "work", "private"), "9999999999999999999"u8, "c"))
        .ThenFails<StorageRefusedException>("Cannot resize: no file can have 9999999999999999999 bytes");

    [Fact]
    public void Files_that_do_not_last_keep_no_revisions()
    {
        var config = new VolumeConfig { Name = "volatile", Pool = "p", Vid = "appvms/q/volatile", Rw = true };
        WithVolume("file", config).When(draft => VolumeSettings.SetRevisions(draft, VolumeAddress.InPool("p", config.Vid), "1"u8)).Then();
    }

    [Theory]
    [InlineData("file-reflink", "private", "/f/appvms/q/private-dirty.img")]
    [InlineData("file", "private", "/f/appvms/q/private.img")]
    [InlineData("file", "snap", "/f/vm-templates/t/snap.img")]
    [InlineData("lvm_thin", "private", "/dev/appvms/q/private-snap")]
    [InlineData("lvm_thin", "volatile", "/dev/appvms/q/volatile")]
    [InlineData("zfs", "private", "/dev/zvol/appvms/q/private")]
    public void Each_driver_has_its_own_paths(string driver, string name, string path)
    {
        var config = new VolumeConfig
        {
            Name = name,
            Pool = "p",
            Vid = "appvms/q/" + name,
            SaveOnStop = name == "private",
            SnapOnStart = name == "snap",
            RevisionsToKeep = 1,
            Source = name == "snap" ? "vm-templates/t/snap" : null,
        };
        var world = WithVolume(driver, config).World;
        Assert.Equal(path, VolumePaths.Of(world, VolumeLookup.Find(world, VolumeAddress.InPool("p", config.Vid))));
    }

    [Fact]
    public void A_qube_without_a_kernel_has_no_path_for_it()
    {
        var world = Scenario.Usual().Set("work", "kernel", "").World;
        Assert.Throws<InvalidValueException>(() => VolumePaths.Of(world, VolumeLookup.Find(world, VolumeAddress.OfQube(world.Find("work")!.Id, "kernel"))));
    }

    [Fact]
    public void Copying_to_what_does_not_last_is_only_announced()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => VolumeContents.Clone(draft, Of(draft, "work", "root"), "varlibqubes", "vm-templates/tpl/root", "c"))
            .Then(new VolumeConfigured(scenario.Id("work"), scenario.Qube("work").Volumes[0]))
            .ThenAnnounced("work|domain-import-volume|name=root,source=vm-templates/tpl/root");
    }

    [Fact]
    public void Copying_needs_a_source_and_a_driver_that_can()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => VolumeContents.Clone(draft, Of(draft, "work", "private"), "varlibqubes", "appvms/gone/private", "c"))
            .ThenFails<VolumeNotFoundException>("No such volume in pool 'varlibqubes': 'appvms/gone/private'");
        scenario.When(draft => VolumeContents.Clone(draft, Of(draft, "work", "private"), "gone", "x", "c")).ThenFails<PoolNotFoundException>("No such storage pool: 'gone'");
        scenario.When(draft => VolumeContents.Clone(draft, Of(draft, "work", "kernel"), "varlibqubes", "appvms/net/private", "c"))
            .ThenFails<StorageRefusedException>("clone of LinuxModules volume from different volume type is not supported");
    }

    [Fact]
    public void A_volume_is_found_where_it_is_and_nowhere_else()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => VolumeLookup.Find(draft.World, Of(draft, "rem", "root"))).ThenFails<QubeErrorException>("Not supported by RemoteVM");
        scenario.When(draft => VolumeLookup.Find(draft.World, Of(draft, "work", "nope"))).ThenFails<PermissionRefusedException>("Argument not in 'work volumes'");
        scenario.When(draft => VolumeLookup.Find(draft.World, Of(draft, "dom0", "root"))).ThenFails<PermissionRefusedException>("Argument not in 'dom0 volumes'");
        scenario.When(draft => VolumeLookup.Find(draft.World, VolumeAddress.InPool("varlibqubes", "x"))).ThenFails<PermissionRefusedException>("Argument not in 'varlibqubes volumes'");
        scenario.When(draft => VolumeLookup.Find(draft.World, VolumeAddress.InPool("nope", "x"))).ThenFails<PermissionRefusedException>("Argument not in 'pools'");
    }

    [Fact]
    public void Volumes_of_a_pool_are_listed_in_the_order_of_their_qubes_numbers() => Assert.Equal(
        "vm-templates/tpl/root appvms/work/root appvms/net/root appvms/dvm/root",
        string.Join(' ', Vids(Scenario.Usual().World).Where(vid => vid.EndsWith("/root", StringComparison.Ordinal))));

    [Fact]
    public void Extra_volumes_of_a_template_are_copied()
    {
        var scenario = Scenario.Usual();
        scenario.Given(draft => draft.Record(new VolumeConfigured(draft.World.Find("tpl")!.Id, new VolumeConfig
        {
            Name = "extra",
            Pool = "varlibqubes",
            Vid = "vm-templates/tpl/extra",
            SizeBytes = 7,
            SaveOnStop = true,
            Rw = true,
        })));
        var volume = scenario.Create(QubeClass.AppVM, "later").Qube("later").Volumes[^1];
        Assert.Equal(("extra", "varlibqubes", "appvms/later/extra", 7L, true), (volume.Name, volume.Pool, volume.Vid, volume.SizeBytes, volume.SaveOnStop));
    }

    [Fact]
    public void A_new_template_in_another_pool_moves_the_snapshot_there()
    {
        var scenario = Scenario.Usual()
            .Given(draft => draft.Record(new PoolAdded("thin", "lvm_thin", [new("name", "thin"), new("volume_group", "vg"), new("thin_pool", "tp"), new("driver", "lvm_thin"), new("revisions_to_keep", "4"), new("ephemeral_volatile", "False")])))
            .Set(null, "default_pool_root", "thin")
            .Create(QubeClass.TemplateVM, "other")
            .Set("work", "template", "other");
        var root = scenario.Qube("work").Volumes[0];
        Assert.Equal(("thin", "vg/vm-work-root", "vg/vm-other-root", 4L), (root.Pool, root.Vid, root.Source, root.RevisionsToKeep));
    }

    private static NewQube New(QubeClass @class, EquatableArray<NamedText> pools) =>
        new(@class, "new", 1, null, null, pools, new QubeId(Guid.NewGuid()), 7);

    private static IEnumerable<string> Vids(World world) => VolumeLookup.Vids(world, world.FindPool("varlibqubes")!);

    private static VolumeAddress Of(Draft draft, string qube, string volume) => VolumeAddress.OfQube(draft.World.Find(qube)!.Id, volume);

    private static Scenario WithVolume(string driver, VolumeConfig volume) => Scenario.Usual()
        .Given(draft => draft.Record(new PoolAdded("p", driver, [new("name", "p"), new("dir_path", "/f"), new("driver", driver)])))
        .Given(draft => draft.Record(new VolumeConfigured(draft.World.Find("work")!.Id, volume)));
}
