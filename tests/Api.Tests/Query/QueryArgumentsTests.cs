namespace Qubes.Cqrs.Api.Tests;

/// <summary>The command line of <c>qubesd query</c>.</summary>
public class QueryArgumentsTests
{
    [Fact]
    public void What_is_not_said_is_as_scripts_of_dom0_want_it()
    {
        var read = QueryArguments.Parse(["admin.vm.List", "dom0"]);
        Assert.Equal((null, "admin", "dom0", false), (read.Root, read.Socket, read.Source, read.Fails));
        Assert.Equal(["admin.vm.List", "dom0"], read.Parts);
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var read = QueryArguments.Parse(["--root", "/r", "--socket", "internal", "--source", "work", "--fail", "--", "m", "dom0", "--fail"]);
        Assert.Equal(("/r", "internal", "work", true), (read.Root, read.Socket, read.Source, read.Fails));
        Assert.Equal(["m", "dom0", "--fail"], read.Parts);
    }

    [Theory]
    [InlineData("misc")]
    [InlineData("admin")]
    public void Each_socket_has_a_name(string socket) => Assert.Equal(socket, QueryArguments.Parse(["--socket", socket, "m", "d"]).Socket);

    [Fact]
    public void A_value_is_taken_as_it_is() => Assert.Equal("--fail", QueryArguments.Parse(["--source", "--fail", "m", "d"]).Source);

    [Theory]
    [InlineData]
    [InlineData("m")]
    [InlineData("m", "d", "a", "x")]
    [InlineData("--", "m")]
    [InlineData("--root")]
    [InlineData("--source")]
    [InlineData("--socket", "other", "m", "d")]
    [InlineData("--unknown", "m", "d")]
    [InlineData("--fail")]
    public void What_is_malformed_is_refused(params string[] arguments) => Assert.Throws<ArgumentException>(() => QueryArguments.Parse(arguments));

    [Fact]
    public void Options_come_first() => Assert.Equal(["m", "d", "--fail"], QueryArguments.Parse(["m", "d", "--fail"]).Parts);
}
