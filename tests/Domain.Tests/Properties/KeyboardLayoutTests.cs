namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Layouts have three parts, the last two of which are often empty: a trailing plus belongs to the value.</summary>
public sealed class KeyboardLayoutTests
{
    [Theory]
    [InlineData("us++")]
    [InlineData("de+nodeadkeys+")]
    [InlineData("us++compose:caps,grp:alt_shift_toggle")]
    [InlineData("pl+dvorak_l-1+x")]
    public void A_layout_is_kept_to_the_last_plus(string layout)
    {
        var scenario = Scenario.Usual().Set("work", "keyboard_layout", layout);
        Assert.Equal(layout, scenario.Value("work", "keyboard_layout"));
        Assert.Equal($"work|property-set:keyboard_layout|name=keyboard_layout,newvalue={layout},oldvalue=us++", Last(scenario));
    }

    [Theory]
    [InlineData("us", "invalid number of keyboard layout parameters")]
    [InlineData("us+", "invalid number of keyboard layout parameters")]
    [InlineData("us+++", "invalid number of keyboard layout parameters")]
    [InlineData("++", "Invalid keyboard layout provided")]
    [InlineData("u5++", "Invalid keyboard layout provided")]
    [InlineData("us+a b+", "Invalid layout variant provided")]
    [InlineData("us++a b", "Invalid layout options provided")]
    [InlineData("us++;", "Invalid layout options provided")]
    public void Other_texts_are_refused(string layout, string text)
    {
        var scenario = Scenario.Usual();
        var before = scenario.World;
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "keyboard_layout", layout)).ThenFails<InvalidPropertyValueException>(text);
        Assert.Same(before, scenario.World);
    }

    [Fact]
    public void A_guivm_gives_its_layout_with_every_plus()
    {
        var scenario = Scenario.Usual().Set("dom0", "keyboard_layout", "de++").Set("work", "guivm", "net");
        Assert.Equal("de++", scenario.Value("work", "keyboard_layout"));
        scenario.Set("net", "keyboard_layout", "fr+bepo+");
        Assert.Equal("fr+bepo+", scenario.Value("work", "keyboard_layout"));
        Assert.Equal("de++", scenario.Value("dvm", "keyboard_layout"));
    }

    private static string Last(Scenario scenario)
    {
        var last = scenario.Announcements[^1];
        return $"{last.SubjectName}|{last.Event}|{string.Join(',', last.Arguments.Select(argument => $"{argument.Key}={argument.Value}"))}";
    }
}
