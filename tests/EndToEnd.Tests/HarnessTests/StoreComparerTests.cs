using System.Xml.Linq;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Recorded stores equal themselves, and every change of one is seen.</summary>
public sealed class StoreComparerTests
{
    private static readonly Normaliser Plain = new([]);

    public static TheoryData<string> Scripts => [.. TranscriptScript.All().Where(script => File.Exists(script.StoreFile)).Select(script => script.Name)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_recorded_store_equals_itself(string name)
    {
        var script = TranscriptScript.Load(name);
        Assert.Empty(Compare(XDocument.Load(script.StoreFile), XDocument.Load(script.StoreFile)));
        Assert.Empty(StoreComparer.CompareExactly(XDocument.Load(script.StoreFile), XDocument.Load(script.StoreFile)));
    }

    [Theory]
    [InlineData("<label id=\"label-1\" color=\"0xcc0000\">red", "<label id=\"label-1\" color=\"0xcc0001\">red")]
    [InlineData("<property name=\"name\">solo", "<property name=\"name\">sola")]
    [InlineData("<tag name=\"created-by-dom0\"/>", "")]
    [InlineData("save_on_stop=\"False\"", "save_on_stop=\"True\"")]
    [InlineData("<domain id=\"domain-7\" class=\"StandaloneVM\"", "<domain id=\"domain-77\" class=\"StandaloneVM\"")]
    [InlineData("<features/>", "<features><feature name=\"x\"/></features>")]
    public void A_change_is_seen(string what, string with)
    {
        var recorded = Text("06-tags");
        Assert.Contains(what, recorded, StringComparison.Ordinal);
        var difference = Compare(XDocument.Parse(recorded), XDocument.Parse(recorded.Replace(what, with, StringComparison.Ordinal)));
        Assert.NotEmpty(difference);
    }

    [Fact]
    public void The_order_of_elements_counts_but_for_tags()
    {
        const string Store = "<qubes><tags><tag name=\"a\"/><tag name=\"b\"/></tags><p><x/><y/></p></qubes>";
        const string OtherTags = "<qubes><tags><tag name=\"b\"/><tag name=\"a\"/></tags><p><x/><y/></p></qubes>";
        const string OtherOrder = "<qubes><tags><tag name=\"a\"/><tag name=\"b\"/></tags><p><y/><x/></p></qubes>";
        Assert.Empty(Compare(XDocument.Parse(Store), XDocument.Parse(OtherTags)));
        Assert.NotEmpty(Compare(XDocument.Parse(Store), XDocument.Parse(OtherOrder)));
    }

    [Fact]
    public void Empty_device_lists_white_space_of_colours_and_uuids_may_differ()
    {
        const string Store = "<q><label color=\"0x1\n\">l</label><devices class=\"pci\"/><u>84c7f0c3-de9f-44e9-9294-dab138d17d6a</u></q>";
        const string Ours = "<q><label color=\"0x1\">l</label><u>00c7f0c3-de9f-44e9-9294-dab138d17d6a</u></q>";
        Assert.Empty(Compare(XDocument.Parse(Store), XDocument.Parse(Ours)));
        Assert.NotEmpty(StoreComparer.CompareExactly(XDocument.Parse(Store), XDocument.Parse(Ours)));
        Assert.NotEmpty(Compare(XDocument.Parse("<q><devices class=\"pci\"><device/></devices></q>"), XDocument.Parse("<q/>")));
    }

    [Theory]
    [InlineData("01-labels", "- ", "label-20")]
    [InlineData("14-events", "- ", "name=\"pp\"")]
    [InlineData("19-callers", "- ", "created-by-x")]
    [InlineData("19-callers", "+ ", "created-by-dom0")]
    public void What_we_mend_is_taken_out_of_the_recorded_store(string name, string mark, string what)
    {
        var script = TranscriptScript.Load(name);
        var difference = Compare(XDocument.Load(script.StoreFile), StoreComparer.LoadRecorded(script));
        Assert.Contains(difference, line => line.StartsWith(mark, StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal));
    }

    private static string Text(string script) => File.ReadAllText(TranscriptScript.Load(script).StoreFile);

    private static IReadOnlyList<string> Compare(XDocument one, XDocument other) =>
        StoreComparer.Compare(one, other, Plain, new UuidPairs());
}
