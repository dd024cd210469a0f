using System.Globalization;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>How people name a moment.</summary>
public sealed class MomentParserTests
{
    private readonly MomentParser parser = new(new FixedClock());

    [Theory]
    [InlineData("30s ago", "2026-11-20 13:59:30")]
    [InlineData("30 seconds ago", "2026-11-20 13:59:30")]
    [InlineData("5m ago", "2026-11-20 13:55:00")]
    [InlineData("2h ago", "2026-11-20 12:00:00")]
    [InlineData(" 3 days ago ", "2026-11-17 14:00:00")]
    [InlineData("1 day ago", "2026-11-19 14:00:00")]
    [InlineData("1w ago", "2026-11-13 14:00:00")]
    [InlineData("today", "2026-11-20 00:00:00")]
    [InlineData("yesterday", "2026-11-19 00:00:00")]
    [InlineData("yesterday 09:30", "2026-11-19 09:30:00")]
    [InlineData("9:30", "2026-11-20 09:30:00")]
    [InlineData("14:00:07", "2026-11-20 14:00:07")]
    [InlineData("14:00 +01:00", "2026-11-20 13:00:00")]
    [InlineData("2026-11-19", "2026-11-19 00:00:00")]
    [InlineData("2026-11-19 14:00", "2026-11-19 14:00:00")]
    [InlineData("2026-11-19T14:00:05Z", "2026-11-19 14:00:05")]
    [InlineData("2026-11-19T14:00:05+01:00", "2026-11-19 13:00:05")]
    [InlineData("2026-11-19 14:00:05 -0530", "2026-11-19 19:30:05")]
    [InlineData("2026-11-19T14:00:05-05", "2026-11-19 19:00:05")]
    [InlineData("2026-11-19 14:00 UTC", "2026-11-19 14:00:00")]
    [InlineData("2026-07-19 14:00 Europe/Berlin", "2026-07-19 12:00:00")]
    public void A_time_is_understood(string text, string expected) => Assert.Equal(
        new NamedMoment.Time(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
        parser.Parse(text));

    [Fact]
    public void A_fraction_of_a_second_counts() => Assert.Equal(
        new NamedMoment.Time(new DateTimeOffset(2026, 11, 19, 14, 0, 5, TimeSpan.Zero).AddMicroseconds(123_456)),
        parser.Parse("2026-11-19T14:00:05.123456Z"));

    [Fact]
    public void Positions_the_head_and_marks_are_told_apart()
    {
        Assert.Equal(new NamedMoment.Position(42), parser.Parse("42"));
        Assert.Equal(new NamedMoment.Position(-1), parser.Parse("-1"));
        Assert.Equal(new NamedMoment.Head(), parser.Parse("head"));
        Assert.Equal(new NamedMoment.Head(), parser.Parse("now"));
        Assert.Equal(new NamedMoment.Mark("before-upgrade"), parser.Parse("before-upgrade"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-13-01")]
    [InlineData("2026-11-19 25:00")]
    [InlineData("2026-11-19 14:00 Nowhere/City")]
    [InlineData("2026-11-19T")]
    [InlineData("1 fortnight ago")]
    [InlineData("-3h ago")]
    [InlineData("3.5")]
    [InlineData("14:00 +99:99")]
    [InlineData("two words")]
    [InlineData("99999999999999999999")]
    public void Anything_else_says_what_would_be_understood(string text) =>
        Assert.Contains("understood is a position such as 42", Assert.Throws<QuestionException>(() => parser.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("999999999w ago")]
    [InlineData("0001-01-01 00:00 +14:00")]
    public void A_time_outside_of_the_calendar_is_refused(string text) =>
        Assert.Contains("lies outside of the calendar", Assert.Throws<QuestionException>(() => parser.Parse(text)).Message, StringComparison.Ordinal);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);
    }
}
