using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

public sealed class PoolTests
{
    private static readonly NewPool Extra = PoolDesign.Parse("file-reflink", "name=extra\ndir_path=/var/lib/qubes/extra\nsetup_check=no"u8);

    [Fact]
    public void Adding_a_pool_registers_what_the_store_keeps_of_it() => Scenario.Usual()
        .When(draft => Pools.Add(draft, Extra, PoolSetup.Done))
        .Then(new PoolAdded("extra", "file-reflink",
        [
            new("name", "extra"), new("dir_path", "/var/lib/qubes/extra"), new("driver", "file-reflink"),
            new("revisions_to_keep", "1"), new("ephemeral_volatile", "False"),
        ]))
        .ThenAnnounced("|pool-add|pool=extra");

    [Fact]
    public void A_pool_whose_name_is_taken_is_refused() => WithExtra()
        .When(draft => Pools.Add(draft, Extra, PoolSetup.Done))
        .ThenFails<PoolInUseException>("Storage pool is in use: 'extra'");

    [Theory]
    [InlineData(PoolSetupOutcome.NoReflinks, "The filesystem for '/var/lib/qubes/extra' does not support reflinks. If you can live with delays on VM startup/shutdown/etc. and wasted disk space, pass the 'setup_check=False' option.")]
    [InlineData(PoolSetupOutcome.NoFolder, "Cannot create /var/lib/qubes/extra: why")]
    [InlineData(PoolSetupOutcome.NoZfs, "ZFS is not available on this system")]
    [InlineData(PoolSetupOutcome.BadConfiguration, "why")]
    public void A_pool_that_the_host_cannot_hold_is_refused(PoolSetupOutcome outcome, string text) => Scenario.Usual()
        .When(draft => Pools.Add(draft, Extra, new PoolSetup(outcome, "why")))
        .ThenAnnounced()
        .ThenFails<StorageRefusedException>(text);

    [Theory]
    [InlineData(PoolSetupOutcome.NoThinPool, "Thin pool vg/tp does not exist")]
    [InlineData(PoolSetupOutcome.NotThin, "Volume vg/tp is not a thin pool")]
    public void A_thin_pool_that_is_none_is_refused(PoolSetupOutcome outcome, string text) => Scenario.Usual()
        .When(draft => Pools.Add(draft, PoolDesign.Parse("lvm_thin", "name=l\nvolume_group=vg\nthin_pool=tp"u8), new PoolSetup(outcome)))
        .ThenFails<StorageRefusedException>(text);

    [Theory]
    [InlineData("nodriver", "name=x", typeof(PermissionRefusedException), "Argument not in 'available drivers'")]
    [InlineData("file", "name=caf\u00e9", typeof(InvalidRequestException), "Pool parameters contains non-ASCII characters")]
    [InlineData("file", "name=x\n\ndir_path=/x", typeof(InvalidRequestException), "Options must be separated by equal sign")]
    [InlineData("file", "name=x\nname=x", typeof(InvalidRequestException), "Options must be unique")]
    [InlineData("file", "dir_path=/x", typeof(InvalidRequestException), "Pool configuration must contain key: name")]
    [InlineData("file", "name=a b\ndir_path=/x", typeof(InvalidRequestException), "Pool name must be in safe set: abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")]
    [InlineData("file", "name=\ndir_path=/x", typeof(InvalidValueException), "Pool name must be set")]
    [InlineData("file", "name=x\ndir_path=/x\nfoo=1", typeof(InvalidRequestException), "Unexpected driver options found")]
    [InlineData("file", "name=x\ndir_path=/x\ndriver=file", typeof(InvalidRequestException), "Unexpected driver options found")]
    [InlineData("linux-kernel", "name=x\ndir_path=/x\nrevisions_to_keep=0", typeof(InvalidRequestException), "Unexpected driver options found")]
    [InlineData("lvm_thin", "name=x", typeof(RefusedException), "missing required driver options: volume_group thin_pool")]
    [InlineData("file", "name=x\ndir_path=/x\nrevisions_to_keep=abc", typeof(InvalidValueException), "'abc' is no value for revisions_to_keep")]
    [InlineData("file", "name=x\ndir_path=/x\nrevisions_to_keep=2", typeof(InvalidValueException), "file pools keep one revision at most")]
    [InlineData("file-reflink", "name=x\ndir_path=/x\nsetup_check=maybe", typeof(InvalidValueException), "Invalid literal for boolean property: 'maybe'")]
    [InlineData("file", "name=x\ndir_path=/x\nephemeral_volatile=yes", typeof(InvalidValueException), "'yes' is no value for ephemeral_volatile")]
    [InlineData("file", "name=x\ndir_path=/x\u0001", typeof(InvalidValueException), "'/x\\x01' is no value for dir_path")]
    public void A_malformed_description_is_refused(string driver, string options, Type refusal, string text)
    {
        var thrown = Assert.ThrowsAny<DomainException>(() => PoolDesign.Parse(driver, Encoding.Latin1.GetBytes(options)));
        Assert.Equal((refusal, text), (thrown.GetType(), thrown.Message));
    }

    [Fact]
    public void Lines_may_end_with_a_carriage_return() =>
        Assert.Equal("/x", PoolDesign.Parse("file", "name=x\r\ndir_path=/x\r\n"u8).Find("dir_path"));

    [Fact(DisplayName = "removing a pool in use")]
    public void Removing_a_pool_in_use() => WithExtra()
        .Given(draft => QubeCreation.Create(draft, new NewQube(QubeClass.AppVM, "inside", 1, null, "extra", [], new QubeId(new Guid(9, 0, 0, new byte[8])), 0)))
        .When(draft => Pools.Remove(draft, "extra"))
        .ThenAnnounced()
        .ThenFails<PoolInUseException>("Storage pool is in use: extra");

    [Theory]
    [InlineData("default_pool")]
    [InlineData("default_pool_kernel")]
    [InlineData("default_pool_private")]
    [InlineData("default_pool_root")]
    [InlineData("default_pool_volatile")]
    public void A_pool_that_new_volumes_go_to_is_not_removed(string property) => WithExtra()
        .Set(null, property, "extra")
        .When(draft => Pools.Remove(draft, "extra"))
        .ThenFails<PoolInUseException>($"Storage pool is in use: set as {property}");

    [Fact]
    public void A_pool_that_nothing_uses_is_removed_though_there_is_a_remote_qube()
    {
        var scenario = WithExtra().When(draft => Pools.Remove(draft, "extra"));
        Assert.NotNull(scenario.World.Find("rem"));
        scenario.Then(new PoolRemoved("extra")).ThenAnnounced("|pool-pre-delete|pool=extra", "|pool-delete|pool=extra");
    }

    [Fact]
    public void A_pool_that_is_not_there_cannot_be_removed() => Scenario.Usual()
        .When(draft => Pools.Remove(draft, "extra"))
        .ThenFails<PermissionRefusedException>("Argument not in 'pools'");

    [Fact]
    public void Settings_of_a_pool_count_for_new_volumes_only()
    {
        var scenario = Scenario.Usual()
            .Given(draft => Pools.SetRevisions(draft, "varlibqubes", "3"u8))
            .Given(draft => Pools.SetEphemeral(draft, "varlibqubes", "ON"u8))
            .Create(QubeClass.AppVM, "later");
        Assert.Equal("3 True", $"{scenario.World.FindPool("varlibqubes")!.Find("revisions_to_keep")} {scenario.World.FindPool("varlibqubes")!.Find("ephemeral_volatile")}");
        Assert.Equal(1, scenario.Qube("work").Volumes[1].RevisionsToKeep);
        Assert.Equal(3, scenario.Qube("later").Volumes[1].RevisionsToKeep);
        Assert.Equal(scenario.World.Pools.Select(pool => pool.Name), ["varlibqubes", "linux-kernel"]);
    }

    [Theory]
    [InlineData("linux-kernel", "1", typeof(InvalidValueException), "LinuxKernel supports only revisions_to_keep=0")]
    [InlineData("varlibqubes", "-2", typeof(InvalidRequestException), "Value can't be lower than -1")]
    [InlineData("varlibqubes", " 1", typeof(InvalidRequestException), "Revisions to keep contains non ASCII digits")]
    [InlineData("varlibqubes", "-", typeof(InvalidRequestException), "Revisions to keep contains non ASCII digits")]
    [InlineData("varlibqubes", "01", typeof(InvalidRequestException), "Revisions to keep contains spurious leading zeros")]
    [InlineData("varlibqubes", "10000000000000000000", typeof(InvalidRequestException), "Revisions to keep is bigger than 19 decimal digits")]
    [InlineData("nope", "1", typeof(PermissionRefusedException), "Argument not in 'pools'")]
    public void Revisions_that_no_pool_can_keep_are_refused(string pool, string value, Type refusal, string text)
    {
        var scenario = Scenario.Usual().When(draft => Pools.SetRevisions(draft, pool, Encoding.ASCII.GetBytes(value)));
        Assert.Equal((refusal, text), (scenario.Refusal?.GetType(), scenario.Refusal?.Message));
    }

    [Fact]
    public void A_pool_of_kernels_accepts_what_it_does_not_keep() => Scenario.Usual()
        .When(draft => Pools.SetEphemeral(draft, "linux-kernel", "1"u8))
        .Then();

    private static Scenario WithExtra() => Scenario.Usual().Given(draft => Pools.Add(draft, Extra, PoolSetup.Done));
}
