namespace Qubes.Cqrs.Api.Tests;

/// <summary>The command line of <c>qubesd-query</c>.</summary>
public class QueryToolArgumentsTests
{
    [Fact]
    public void What_is_not_said_is_as_it_always_was() => Assert.Equal(
        ("/var/run/qubesd.sock", false, false, 65536, false, false, false, "dom0", "admin.vm.tag.Get", "work", "audio"),
        All(QueryToolArguments.Parse(["dom0", "admin.vm.tag.Get", "work", "audio"])));

    [Fact]
    public void The_argument_may_be_missing() => Assert.Equal("", QueryToolArguments.Parse(["dom0", "admin.vm.List", "dom0"]).Argument);

    [Theory]
    [InlineData("-c", "/s", "-e", "--fail", "--max-bytes", "9", "--single-line", "--null", "work", "m", "dom0", "a")]
    [InlineData("work", "-c/s", "m", "--empty", "dom0", "--fail", "a", "--max-bytes=9", "--single-line", "--null")]
    [InlineData("--connect=/s", "--null", "--single-line", "--max-bytes", "9", "--fail", "-e", "--", "work", "m", "dom0", "a")]
    public void Everything_can_be_said_in_any_order(params string[] arguments) =>
        Assert.Equal(("/s", true, true, 9, true, true, false, "work", "m", "dom0", "a"), All(QueryToolArguments.Parse(arguments)));

    [Fact]
    public void After_two_dashes_nothing_is_an_option() => Assert.Equal(["-e", "--fail", "-c", "--"], QueryToolArguments.Parse(["--", "-e", "--fail", "-c", "--"]).Parts);

    [Fact]
    public void A_dash_alone_is_no_option() => Assert.Equal("-", QueryToolArguments.Parse(["work", "m", "dom0", "-"]).Argument);

    [Theory]
    [InlineData("-h")]
    [InlineData("--help", "whatever", "--unknown")]
    [InlineData("work", "-h")]
    public void Who_asks_for_help_needs_nothing_else(params string[] arguments) => Assert.True(QueryToolArguments.Parse(arguments).IsHelp);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    public void A_payload_may_be_limited(string value, int due) => Assert.Equal(due, QueryToolArguments.Parse(["--max-bytes", value, "s", "m", "d"]).LimitBytes);

    [Theory]
    [InlineData("--max-bytes", "65537", "s", "m", "d")]
    [InlineData("--max-bytes", "-1", "s", "m", "d")]
    [InlineData("--max-bytes", "x", "s", "m", "d")]
    [InlineData("--max-bytes=", "s", "m", "d")]
    [InlineData("--max-bytes", "99999999999999999999", "s", "m", "d")]
    [InlineData("s", "m", "d", "--max-bytes")]
    [InlineData("s", "m", "d", "-c")]
    [InlineData("--fail=yes", "s", "m", "d")]
    [InlineData("-ex", "s", "m", "d")]
    [InlineData("-x", "s", "m", "d")]
    [InlineData("--unknown", "s", "m", "d")]
    [InlineData("s", "m")]
    [InlineData("s", "m", "d", "a", "x")]
    [InlineData]
    public void What_is_malformed_is_refused(params string[] arguments) => Assert.Throws<ArgumentException>(() => QueryToolArguments.Parse(arguments));

    private static (string Path, bool Empty, bool Fails, int Limit, bool Line, bool Null, bool Help, string Source, string Method, string Destination, string Argument)
        All(QueryToolArguments read) => (
        read.SocketPath, read.IsEmpty, read.Fails, read.LimitBytes, read.IsSingleLine, read.EndsWithNull, read.IsHelp,
        read.Source, read.Method, read.Destination, read.Argument);
}
