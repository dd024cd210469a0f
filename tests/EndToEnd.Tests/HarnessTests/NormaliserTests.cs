namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What Transcripts/README.md allows to differ is taken out, and nothing else.</summary>
public sealed class NormaliserTests
{
    private static readonly Normaliser Plain = new([]);

    [Theory]
    [InlineData("wrong VM class: domains[<AppVM at 0x7f19cc2669d0 name='dvm' qid=5 template=tpl>] is of type AppVM", "wrong VM class: domains[dvm] is of type AppVM")]
    [InlineData("Label is still in use: Label(11, b'0x00ffff', 'cyan')", "Label is still in use: Label(11, '0x00ffff', 'cyan')")]
    [InlineData("disp3795 has 10.138.11.229", "<disp> has <disp-ip>")]
    [InlineData("fd09:24ef:4179::a8a:e52", "<disp-ip6>")]
    [InlineData("fd09:24ef:4179::a89:4 10.137.0.4 display1", "fd09:24ef:4179::a89:4 10.137.0.4 display1")]
    [InlineData("2026-11-21 19:43:56 but os-eol 2027-05-13", "<date> but os-eol 2027-05-13")]
    [InlineData("start_time=1795290236.25", "start_time=<time>")]
    [InlineData("21474836480 1234567890", "21474836480 1234567890")]
    [InlineData("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000")]
    [InlineData("84c7f0c3-de9f-44e9-9294-dab138d17d6a", "<uuid>")]
    [InlineData("uuid=84c7f0c3-de9f-44e9-9294-1790123456ab\n", "uuid=<uuid>\n")]
    public void Texts(string text, string normalised) => Assert.Equal(normalised, Plain.Text(text).Text);

    [Theory]
    [InlineData("admin.pool.Info", "p", "0\0size=21474836480\nusage=6062080\n", "0\0size=21474836480\nusage=<usage>\n")]
    [InlineData("admin.pool.UsageDetails", "p", "0\0data_size=1\ndata_usage=2\n", "0\0data_size=1\ndata_usage=<usage>\n")]
    [InlineData("admin.vm.volume.CloneFrom", "root", "0\0a6juAP4DVdxcQbRZO5QTCEzG2DaQAITe", "0\0<token>")]
    [InlineData("admin.vm.property.Get", "dispid", "0\0default=False type=int 3698", "0\0default=False type=int <dispid>")]
    [InlineData("admin.vm.property.Get", "memory", "0\0default=False type=int 3698", "0\0default=False type=int 3698")]
    [InlineData("admin.vm.device.block.Available", "", "0\0sda::0 b='2' a='1 x' c='it\\'s'\n", "0\0sda::0 a='1 x' b='2' c='it\\'s'\n")]
    [InlineData("admin.vm.feature.Get", "x", "0\0b='2' a='1'", "0\0b='2' a='1'")]
    public void Replies(string method, string arg, string reply, string normalised) =>
        Assert.Equal(normalised, Plain.Reply(method, arg, reply).Text);

    [Fact]
    public void The_line_of_dispid_in_a_list_of_all_properties() =>
        Assert.Equal(
            "0\0debug default=True type=bool False\ndispid default=False type=int <dispid>\nqid default=False type=int 8\n",
            Plain.Reply("admin.vm.property.GetAll", "", "0\0debug default=True type=bool False\ndispid default=False type=int 3698\nqid default=False type=int 8\n").Text);

    [Fact]
    public void What_the_script_itself_sends_is_not_random()
    {
        var line = TranscriptLine.Parse(
            """{"id": "x-0001", "method": "m", "payload": "1700000000 disp7", "dest": "uuid:12345678-1234-1234-1234-123456789abc", "kind": "ok", "events": []}""");
        var normaliser = new Normaliser([line]);
        Assert.Equal("1700000000 <time> disp7 <disp>", normaliser.Text("1700000000 1800000000 disp7 disp8").Text);
        Assert.Equal("12345678-1234-1234-1234-123456789abc", normaliser.Text("12345678-1234-1234-1234-123456789abc").Text);
    }

    [Fact]
    public void The_order_of_keywords_of_an_event_is_not_compared()
    {
        var one = new WireEvent("work", "x", [KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", "2")]);
        var other = one with { Values = [.. one.Values.Reverse()] };
        Assert.Equal(Plain.Event(one).Text, Plain.Event(other).Text);
    }

    [Fact]
    public void A_qube_keeps_its_uuid()
    {
        var pairs = new UuidPairs();
        Assert.Null(pairs.Match(["a", "b"], ["x", "y"]));
        Assert.Null(pairs.Match(["a"], ["x"]));
        Assert.NotNull(pairs.Match(["a"], ["y"]));
        Assert.NotNull(pairs.Match(["a"], []));
    }
}
