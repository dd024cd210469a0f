using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Single points of the format.</summary>
public sealed class QubesXmlWriterTests
{
    private static readonly QubeId Id = new(new Guid(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));
    private static readonly QubeId Template = new(new Guid(8, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    [Fact]
    public void An_empty_world_has_empty_sections() =>
        Assert.Equal("<qubes>\n  <labels/>\n  <pools/>\n  <properties/>\n  <domains/>\n</qubes>\n", Text(World.Empty));

    [Theory]
    [InlineData("a<b>&c", "a&lt;b&gt;&amp;c")]
    [InlineData("\"quoted\" 'text'", "\"quoted\" 'text'")]
    [InlineData("tab\tline\nreturn\r", "tab\tline\nreturn&#13;")]
    [InlineData("é\u0085\u2028😀\u007f", "é\u0085\u2028😀\u007f")]
    [InlineData("bell\a null\0 none\uffff", "bell_ null_ none_")]
    public void Text_is_escaped_as_the_original_does(string text, string escaped) =>
        Assert.Contains($"<feature name=\"f\">{escaped}</feature>", Text(With(qube => qube with { Features = SmallMap<string>.Empty.With("f", text) })), StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_does_not_keep_the_store_from_being_written() => Text_is_escaped_as_the_original_does("a\ud83db\udc00", "a_b_");

    [Theory]
    [InlineData("a<b>&c", "a&lt;b&gt;&amp;c")]
    [InlineData("\"quoted\" 'text'", "&quot;quoted&quot; 'text'")]
    [InlineData("tab\tline\nreturn\r", "tab&#9;line&#10;return&#13;")]
    [InlineData("é😀", "é😀")]
    [InlineData("bell\a", "bell_")]
    public void Attributes_are_escaped_as_the_original_does(string text, string escaped) =>
        Assert.Contains($"<tag name=\"{escaped}\"/>", Text(With(qube => qube with { Tags = Qube.EmptyTags.Add(text) })), StringComparison.Ordinal);

    [Fact]
    public void Empty_text_is_a_pair_of_tags_and_no_text_is_one()
    {
        var text = Text(With(qube => qube with
        {
            Properties = qube.Properties.With("kernel", PropertyValue.EmptyText).With("default_user", PropertyValue.NoText)
                .With("netvm", PropertyValue.NoQube).With("backup_timestamp", PropertyValue.NoInteger),
        }));
        Assert.Contains("<property name=\"kernel\"></property>", text, StringComparison.Ordinal);
        Assert.Contains("<property name=\"default_user\"/>", text, StringComparison.Ordinal);
        Assert.Contains("<property name=\"netvm\"></property>", text, StringComparison.Ordinal);
        Assert.Contains("<property name=\"backup_timestamp\"/>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_store_does_not_hold_is_left_out()
    {
        var text = Text(With(qube => qube with
        {
            Properties = qube.Properties.With("xid", PropertyValue.Of(4)).With("not_of_this_version", PropertyValue.True),
        }));
        Assert.DoesNotContain("xid", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not_of_this_version", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_has_its_attributes_in_order()
    {
        var volume = new VolumeConfig { Name = "x", Pool = "p", Vid = "v", RevisionsToKeep = -1, SnapOnStart = true, Ephemeral = true, SizeBytes = 5, Source = "s" };
        var text = Text(With(qube => qube with { Volumes = [volume, volume with { Name = "y", SnapOnStart = false, Ephemeral = null, SizeBytes = 0 }] }));
        Assert.Contains(
            """
                    <volume name="x" pool="p" vid="v" revisions_to_keep="-1" rw="False" save_on_stop="False" snap_on_start="True" ephemeral="True" size="5" source="s"/>
                    <volume name="y" pool="p" vid="v" revisions_to_keep="-1" rw="False" save_on_stop="False" snap_on_start="False"/>
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_stand_class_by_class_in_the_order_of_the_first_assignment()
    {
        var device = new DeviceAssignment("pci", "dom0", "1", "*", "required", [new("o", "v")]);
        var text = Text(With(qube => qube with { Devices = [device, device with { Class = "block", Port = "2", Options = [] }, device with { Port = "3", Options = [] }] }));
        Assert.Contains(
            """
                  <devices class="pci">
                    <device backend-domain="dom0" id="1" mode="required" identity="*">
                      <option name="o">v</option>
                    </device>
                    <device backend-domain="dom0" id="3" mode="required" identity="*"/>
                  </devices>
                  <devices class="block">
                    <device backend-domain="dom0" id="2" mode="required" identity="*"/>
                  </devices>
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_volume_carries_the_name_of_the_kernel_in_force()
    {
        var world = Evolve.Apply(With(qube => qube), new PoolAdded("k", "linux-kernel", [new("name", "k"), new("driver", "linux-kernel")]));
        world = Evolve.Apply(world, new VolumeConfigured(Id, new VolumeConfig { Name = "kernel", Pool = "k", Vid = "stale" }));
        Assert.Equal("", Vid(world));
        world = Evolve.Apply(world, new PropertySet(null, "default_kernel", PropertyValue.Of("global"), null));
        Assert.Equal("global", Vid(world));
        world = Evolve.Apply(world, new PropertySet(Template, "kernel", PropertyValue.Of("template"), null));
        Assert.Equal("template", Vid(world));
        world = Evolve.Apply(world, new PropertySet(Id, "kernel", PropertyValue.EmptyText, null));
        Assert.Equal("", Vid(world));

        static string Vid(World world)
        {
            var vid = KernelVolumes.Vid(world, world.Qube(Id));
            Assert.Contains($"<volume name=\"kernel\" pool=\"k\" vid=\"{vid}\"", Text(world), StringComparison.Ordinal);
            return vid;
        }
    }

    [Fact]
    public void A_kernel_volume_elsewhere_keeps_its_own_id()
    {
        var world = Evolve.Apply(With(qube => qube), new VolumeConfigured(Id, new VolumeConfig { Name = "kernel", Pool = "lvm", Vid = "own" }));
        Assert.Contains("<volume name=\"kernel\" pool=\"lvm\" vid=\"own\"", Text(world), StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_in_a_circle_do_not_hang()
    {
        var world = Evolve.Apply(With(qube => qube), new PropertySet(Template, "template", PropertyValue.Of(Id), null));
        Assert.Equal("", KernelVolumes.Vid(world, world.Qube(Id)));
    }

    private static World With(Func<Qube, Qube> change)
    {
        var world = Evolve.Apply(World.Empty, new QubeAdded(Template, "tpl", QubeClass.TemplateVM, 2, [], [], [], []));
        world = Evolve.Apply(world, new QubeAdded(Id, "work", QubeClass.AppVM, 1, [new("template", PropertyValue.Of(Template))], [], [], []));
        return world with { Qubes = world.Qubes.SetItem(Id, change(world.Qube(Id))) };
    }

    private static string Text(World world) => Encoding.UTF8.GetString(QubesXmlWriter.Write(world));
}
