using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Payloads from a client that is not trusted.</summary>
public class QueryInputTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("", 3)]
    [InlineData("ab", 3)]
    [InlineData("a\0b", 3)]
    public void All_of_it_is_read(string sent, int limit) => Assert.Equal(sent, Text(QueryInput.ReadAll(Input(sent), limit)));

    [Theory]
    [InlineData("a", 0)]
    [InlineData("abcd", 3)]
    public void More_than_was_allowed_is_refused_and_not_cut(string sent, int limit) =>
        Assert.Contains($"more than {limit} bytes", Assert.Throws<IOException>(() => QueryInput.ReadAll(Input(sent), limit)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("7\nrest", "7")]
    [InlineData("7", "7")]
    [InlineData(" ~\n", " ~")]
    [InlineData("\n7", "")]
    [InlineData("", "")]
    public void One_line_is_read(string sent, string due) => Assert.Equal(due, Text(QueryInput.ReadLine(Input(sent), QueryInput.LongestLine)));

    [Fact]
    public void What_follows_the_line_stays_for_others()
    {
        using var input = Input("7\nrest");
        QueryInput.ReadLine(input, QueryInput.LongestLine);
        Assert.Equal(2, input.Position);
    }

    [Theory]
    [InlineData("a\tb\n")]
    [InlineData("a\r\n")]
    [InlineData("a\0\n")]
    [InlineData("\x7f\n")]
    [InlineData("\u00ff\n")]
    public void What_is_not_printable_is_refused(string sent) => Assert.Throws<IOException>(() => QueryInput.ReadLine(Input(sent), QueryInput.LongestLine));

    [Fact]
    public void A_line_is_as_long_as_it_may_be_but_no_longer()
    {
        var longest = new string('x', QueryInput.LongestLine);
        Assert.Equal(longest, Text(QueryInput.ReadLine(Input(longest + "\n"), QueryInput.LongestLine)));
        Assert.Equal(longest, Text(QueryInput.ReadLine(Input(longest), QueryInput.LongestLine)));
        Assert.Throws<IOException>(() => QueryInput.ReadLine(Input(longest + "x\n"), QueryInput.LongestLine));
    }

    private static MemoryStream Input(string sent) => new(Encoding.Latin1.GetBytes(sent));

    private static string Text(ReadOnlyMemory<byte> read) => Encoding.Latin1.GetString(read.Span);
}
