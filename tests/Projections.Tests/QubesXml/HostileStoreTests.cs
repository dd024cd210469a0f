using System.Text;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Files that are no store, or that were made to do harm.</summary>
public sealed class HostileStoreTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("not xml")]
    [InlineData("<qubes>")]
    [InlineData("<qubes></qubes><qubes/>")]
    [InlineData("<qubes><labels></qubes>")]
    [InlineData("<qubes>&amp</qubes>")]
    [InlineData("<qubes>&nbsp;</qubes>")]
    [InlineData("<qubes>&#0;</qubes>")]
    [InlineData("<qubes a='1' a='2'/>")]
    [InlineData("<domains/>")]
    [InlineData("<q:qubes xmlns:q='urn:q'/>")]
    [InlineData("<?xml version='1.0' encoding='no-such'?><qubes/>")]
    public void What_is_no_store_is_refused(string xml) => Assert.Equal(QubesXmlFault.Malformed, Xml.Refusal(xml).Fault);

    [Theory]
    [InlineData("utf-7")]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("x-user-defined")]
    [InlineData("cp1252")]
    [InlineData("ebcdic-cp-us")]
    public void A_declared_encoding_is_honoured_or_refused(string encoding)
    {
        try
        {
            Assert.Single(Xml.World($"<?xml version='1.0' encoding='{encoding}'?><qubes>{Xml.Labels}</qubes>").Labels);
        }
        catch (QubesXmlException refusal)
        {
            Assert.Equal(QubesXmlFault.Malformed, refusal.Fault);
        }
    }

    [Theory]
    [InlineData(0xff)]
    [InlineData(0x80)]
    [InlineData(0xc0)]
    [InlineData(0x00)]
    public void Bytes_that_are_no_text_are_refused(byte value)
    {
        byte[] xml = [.. "<qubes><labels><label id='label-1' color='x'>"u8, value, .. "</label></labels></qubes>"u8];
        Assert.Equal(QubesXmlFault.Malformed, Assert.Throws<QubesXmlException>(() => Worlds.Import(xml)).Fault);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Single(Worlds.ImportWorld([0xef, 0xbb, 0xbf, .. "<qubes/>"u8]).Qubes);

    [Fact]
    public void Every_truncation_of_a_store_is_refused()
    {
        var xml = Encoding.UTF8.GetBytes(Xml.Store(Xml.Domain("TemplateVM", "tpl", 1)));
        foreach (var length in Enumerable.Range(0, xml.Length))
        {
            Assert.Throws<QubesXmlException>(() => Worlds.Import(xml[..length]));
        }
    }

    [Fact]
    public void An_entity_bomb_is_refused()
    {
        var entities = string.Concat(Enumerable.Range(1, 20).Select(n => $"<!ENTITY e{n} \"&e{n - 1};&e{n - 1};&e{n - 1};\">"));
        var refusal = Xml.Refusal($"<!DOCTYPE qubes [<!ENTITY e0 \"ha\">{entities}]><qubes><labels><label>&e20;</label></labels></qubes>");
        Assert.Equal(QubesXmlFault.Malformed, refusal.Fault);
    }

    [Fact]
    public void An_external_entity_is_refused() =>
        Xml.Refusal("<!DOCTYPE qubes [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><qubes><labels><label>&x;</label></labels></qubes>");

    [Theory]
    [InlineData("<qubes>", "<deep>")]
    [InlineData("<qubes><labels><label id='label-1' color='x'>", "<deep>")]
    [InlineData("", "<qubes>")]
    public void Deep_nesting_is_refused_before_it_costs_memory(string start, string step)
    {
        var refusal = Xml.Refusal(start + string.Concat(Enumerable.Repeat(step, 1_000_000)));
        Assert.Equal(QubesXmlFault.TooLarge, refusal.Fault);
    }

    [Fact]
    public void Elements_that_the_format_does_not_know_are_passed_over() =>
        Assert.Single(Xml.World($"<qubes><x><labels/><y>z</y></x>{Xml.Labels}<domains>{Xml.Dom0}<z/></domains><!-- c --><?p i?></qubes>").Labels);

    [Theory]
    [InlineData("features", "<feature name='f{0}'>x</feature>")]
    [InlineData("tags", "<tag name='t{0}'/>")]
    [InlineData("volume-config", "<volume name='v{0}'/>")]
    public void More_entries_than_any_qube_has_are_refused(string section, string entry)
    {
        var entries = string.Concat(Enumerable.Range(0, 100_000).Select(number => string.Format(null, entry, number)));
        var refusal = Xml.Refusal(Xml.Store(Xml.Domain("TemplateVM", "tpl", 1, $"<{section}>{entries}</{section}>")));
        Assert.Equal(QubesXmlFault.TooLarge, refusal.Fault);
    }

    [Fact]
    public void Ten_thousand_qubes_in_one_chain_of_networks_are_read()
    {
        var domains = Enumerable.Range(1, 9999).Select(qid => Xml.Domain(
            "StandaloneVM", $"q{qid}", qid, "", "provides_network=True", "netvm=" + (qid == 1 ? "" : $"q{qid - 1}")));
        Assert.Equal(10_000, Xml.World(Xml.Store(string.Concat(domains))).Qubes.Count);
    }

    [Fact]
    public void A_number_with_a_million_digits_is_refused() =>
        Assert.Equal(QubesXmlFault.InvalidValue, Xml.Refusal(Store("memory=" + new string('9', 1_000_000))).Fault);

    [Theory]
    [InlineData("memory=lots", QubesXmlFault.InvalidValue, "Failed to parse property value as int")]
    [InlineData("memory=0x10", QubesXmlFault.InvalidValue, "Failed to parse property value as int")]
    [InlineData("debug=maybe", QubesXmlFault.InvalidValue, "Invalid literal for boolean property: 'maybe'")]
    [InlineData("debug= True", QubesXmlFault.InvalidValue, "Invalid literal for boolean property: ' True'")]
    [InlineData("debug=", QubesXmlFault.InvalidValue, "Invalid literal for boolean property: ''")]
    [InlineData("netvm=gone", QubesXmlFault.DanglingReference, "Can't set netvm to non-existing qube gone")]
    [InlineData("netvm=dom0", QubesXmlFault.InvalidValue, "The dom0 qube does not provide network")]
    [InlineData("label=pink", QubesXmlFault.DanglingReference, "Label does not exist: pink")]
    [InlineData("label=label-77", QubesXmlFault.DanglingReference, "Label does not exist: 77")]
    [InlineData("label=0", QubesXmlFault.DanglingReference, "Label does not exist: 0")]
    [InlineData("colour=red", QubesXmlFault.UnknownProperty, "property 'colour' not applicable to 'TemplateVM'")]
    [InlineData("template=tpl", QubesXmlFault.UnknownProperty, "property 'template' not applicable to 'TemplateVM'")]
    [InlineData("xid=7", QubesXmlFault.UnknownProperty, "property 'xid' on TemplateVM instance cannot be set")]
    [InlineData("qid=x", QubesXmlFault.InvalidValue, "'x' is no qid of a qube other than dom0")]
    [InlineData("qid=0", QubesXmlFault.InvalidValue, "'0' is no qid of a qube other than dom0")]
    [InlineData("qid=10001", QubesXmlFault.InvalidValue, "'10001' is no qid of a qube other than dom0")]
    [InlineData("uuid=x", QubesXmlFault.InvalidValue, "'x' is no uuid of a qube other than dom0")]
    [InlineData("uuid=00000000-0000-0000-0000-000000000000", QubesXmlFault.InvalidValue, "'00000000-0000-0000-0000-000000000000' is no uuid of a qube other than dom0")]
    [InlineData("name=../etc", QubesXmlFault.InvalidValue, "VM name contains illegal characters")]
    [InlineData("name=..", QubesXmlFault.InvalidValue, "VM name contains illegal characters")]
    public void A_bad_value_is_refused_with_the_line(string property, QubesXmlFault fault, string reason)
    {
        var refusal = Xml.Refusal(Store(property));
        Assert.Equal((fault, reason, 7), (refusal.Fault, refusal.Reason, refusal.Line));
        Assert.Equal($"qubes.xml, line 7: {reason}", refusal.Message);
    }

    [Theory]
    [InlineData("AppVM", "template=", "Invalid value None for property 'template' of x")]
    [InlineData("AppVM", "template=dom0", "wrong VM class: domains['dom0'] is of type AdminVM and not TemplateVM")]
    [InlineData("AppVM", "audiovm=far", "wrong VM class: domains['far'] is of type RemoteVM and not LocalVM")]
    [InlineData("DispVM", "template=tpl", "template for disposable must have template_for_dispvms=True")]
    public void A_reference_to_the_wrong_qube_is_refused(string @class, string property, string reason) => Assert.Equal(reason, Xml.Refusal(Xml.Store(
        Xml.Domain("RemoteVM", "far", 2) + Xml.Domain("TemplateVM", "tpl", 1) + Xml.Domain(@class, "x", 3, "", property))).Reason);

    [Theory]
    [InlineData("default_template=x", "wrong VM class: domains['x'] is of type StandaloneVM and not TemplateVM")]
    [InlineData("clockvm=gone", "Can't set clockvm to non-existing qube gone")]
    [InlineData("colour=red", "property 'colour' not applicable to 'Qubes'")]
    [InlineData("no_cpus=4", "property 'no_cpus' on Qubes instance cannot be set")]
    public void A_bad_global_value_is_refused(string property, string reason) =>
        Assert.Equal(reason, Xml.Refusal(Xml.Store(Xml.Domain("StandaloneVM", "x", 1), Xml.Property(property.Split('=')))).Reason);

    [Fact]
    public void An_unknown_class_is_refused()
    {
        var refusal = Xml.Refusal(Xml.Store("\n" + Xml.Domain("HVM", "win", 1)));
        Assert.Equal((QubesXmlFault.UnknownClass, "no such VM class: 'HVM'", 6), (refusal.Fault, refusal.Reason, refusal.Line));
        Assert.Equal("no such VM class: '0'", Xml.Refusal(Xml.Store(Xml.Domain("0", "win", 1))).Reason);
    }

    [Theory]
    [InlineData("name=b", "the name 'b'")]
    [InlineData("qid=2", "the qid 2")]
    [InlineData("uuid=00000002-0000-0000-0000-000000000009", "the uuid '00000002-0000-0000-0000-000000000009'")]
    [InlineData("uuid={00000002000000000000-000000000009}", "the uuid '00000002-0000-0000-0000-000000000009'")]
    public void Two_qubes_cannot_share_what_tells_them_apart(string property, string what)
    {
        var refusal = Xml.Refusal(Xml.Store("\n" + Xml.Domain("TemplateVM", "b", 2) + "\n" + Xml.Domain("TemplateVM", "a", 1, "", property)));
        Assert.Equal((QubesXmlFault.Duplicate, $"another qube has {what} already", 7), (refusal.Fault, refusal.Reason, refusal.Line));
    }

    [Fact]
    public void A_second_dom0_is_refused() => Assert.Equal(QubesXmlFault.Duplicate, Xml.Refusal(Xml.Store(Xml.Dom0)).Fault);

    [Theory]
    [InlineData("<label id='label-1' color='0x1'>other</label>")]
    [InlineData("<label id='label-9' color='0x1'>red</label>")]
    public void Two_labels_cannot_share_an_index_or_a_name(string label) =>
        Assert.Equal(QubesXmlFault.Duplicate, Xml.Refusal($"<qubes><labels><label id='label-1' color='0x0'>red</label>{label}</labels></qubes>").Fault);

    [Theory]
    [InlineData("<volume name='root' rw='perhaps'/>")]
    [InlineData("<volume name='root' size='-1'/>")]
    [InlineData("<volume name='root' size='99999999999999999999'/>")]
    [InlineData("<volume name='root' revisions_to_keep='many'/>")]
    public void A_bad_volume_is_refused(string volume) => Assert.Equal(
        QubesXmlFault.InvalidValue, Xml.Refusal(Xml.Store(Xml.Domain("TemplateVM", "tpl", 1, $"<volume-config>{volume}</volume-config>"))).Fault);

    private static string Store(string property) => Xml.Store(
        $"\n<domain class='TemplateVM'><properties><property name='name'>tpl</property>\n{Xml.Property(property.Split('=', 2))}</properties></domain>"
            .Replace("class=", property.StartsWith("qid", StringComparison.Ordinal) ? "class=" : "id='domain-5' class=", StringComparison.Ordinal));
}
