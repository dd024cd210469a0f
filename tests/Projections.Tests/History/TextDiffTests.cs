namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The unified form of a difference.</summary>
public sealed class TextDiffTests
{
    [Fact]
    public void Changes_that_are_far_apart_stand_alone() => Assert.Equal(
        ["--- old", "+++ new", "@@ -1,3 +1,4 @@", "+0", " 1", " 2", " 3", "@@ -9,4 +10,3 @@", " 9", " 10", " 11", "-12"],
        TextDiff.Unified(Numbers(1, 12), Numbers(0, 12), "old", "new"));

    [Fact]
    public void Changes_that_are_near_share_their_surroundings() => Assert.Equal(
        ["--- old", "+++ new", "@@ -1,8 +1,8 @@", "-1", "+x", " 2", " 3", " 4", " 5", " 6", " 7", "-8", "+y"],
        TextDiff.Unified(Numbers(1, 8), ["x", .. Numbers(2, 6), "y"], "old", "new"));

    [Fact]
    public void The_same_texts_give_nothing() => Assert.Empty(TextDiff.Unified(Numbers(1, 9), Numbers(1, 9), "old", "new"));

    [Fact]
    public void From_nothing_everything_is_added() => Assert.Equal(["--- old", "+++ new", "@@ -0,0 +1 @@", "+1"], TextDiff.Unified([], ["1"], "old", "new"));

    [Fact]
    public void Texts_that_have_nothing_in_common_are_replaced_in_bounded_time()
    {
        string[] before = [.. Enumerable.Range(0, 20_000).Select(number => "a" + number)];
        string[] after = [.. Enumerable.Range(0, 20_000).Select(number => "b" + number)];
        Assert.Equal(40_000, TextDiff.Lines(before, after).Count);
    }

    private static string[] Numbers(int first, int count) => [.. Enumerable.Range(first, count).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
