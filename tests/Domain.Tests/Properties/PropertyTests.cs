namespace Qubes.Cqrs.Domain.Tests;

public sealed class PropertyTests
{
    [Theory]
    [InlineData(QubeClass.AdminVM, 12)]
    [InlineData(QubeClass.TemplateVM, 47)]
    [InlineData(QubeClass.AppVM, 48)]
    [InlineData(QubeClass.StandaloneVM, 47)]
    [InlineData(QubeClass.DispVM, 50)]
    [InlineData(QubeClass.RemoteVM, 10)]
    public void Every_class_has_all_its_properties(QubeClass @class, int count) => Assert.Equal(count, PropertyCatalog.Of(@class).Length);

    [Fact]
    public void The_global_object_has_20_properties() => Assert.Equal(20, PropertyCatalog.Global.Length);

    [Fact]
    public void Every_property_has_a_help_text_that_is_a_sentence() =>
        Assert.All(Everything, property => Assert.Matches(@"^[A-Z][\x20-\x7e]{20,}\.$", property.Help));

    [Fact]
    public void Help_is_the_rendered_text_of_the_other_form()
    {
        Assert.All(Everything, property => Assert.DoesNotContain('`', property.Help));
        var mode = PropertyCatalog.Find(QubeClass.AppVM, "virt_mode")!;
        Assert.Equal("How the qube is virtualised: ``pvh``, ``hvm`` or ``pv``.", mode.HelpRst);
        Assert.Equal("How the qube is virtualised: pvh, hvm or pv.", mode.Help);
    }

    [Fact]
    public void A_name_that_means_different_things_has_different_texts() =>
        Assert.Equal(3, new[] { PropertyCatalog.FindGlobal("maxmem"), PropertyCatalog.Find(QubeClass.AdminVM, "maxmem"), PropertyCatalog.Find(QubeClass.AppVM, "maxmem") }
            .Select(property => property!.Help).Distinct().Count());

    [Fact]
    public void What_cannot_be_set_says_so() =>
        Assert.All(Everything.Where(property => property.ReadOnly), property => Assert.Contains("Cannot be set", property.Help, StringComparison.Ordinal));

    private static IEnumerable<PropertyDefinition> Everything =>
        Enum.GetValues<QubeClass>().SelectMany(@class => PropertyCatalog.Of(@class)).Concat(PropertyCatalog.Global);

    [Theory]
    [InlineData("1_000", "1000")]
    [InlineData(" 12 ", "12")]
    [InlineData("+7", "7")]
    [InlineData("007", "7")]
    [InlineData("99999999999999999999999", "99999999999999999999999")]
    public void Integers_have_any_size(string text, string kept) => Assert.Equal(kept, Scenario.Usual().Set("work", "memory", text).Value("work", "memory"));

    [Theory]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("- 5")]
    [InlineData("1__0")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("")]
    public void Other_texts_are_no_integers(string text)
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "memory", text))
            .ThenFails<InvalidValueException>("Failed to parse property value as int");
    }

    [Fact]
    public void Setting_the_value_that_it_has_is_announced_all_the_same()
    {
        var scenario = Scenario.Usual().Set("work", "memory", "500");
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "memory", "500")).ThenAnnounced(
            "work|property-pre-set:memory|name=memory,newvalue=500,oldvalue=500",
            "work|property-set:memory|name=memory,newvalue=500,oldvalue=500");
    }

    [Fact]
    public void What_reactions_announce_is_recorded_and_the_rest_follows_from_the_events()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "memory", "500"));
        Assert.Equal(scenario.Announcements, Announcements.Of(scenario.World, scenario.Events));
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "provides_network", "True"));
        Assert.NotEqual(scenario.Announcements, Announcements.Of(scenario.World, scenario.Events));
    }

    [Fact]
    public void A_kernel_that_is_not_whole_is_refused_after_it_was_announced()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Properties.Set(draft, scenario.Id("work"), "kernel", "broken"))
            .ThenFails<InvalidPropertyValueException>("Kernel 'broken' not properly installed: missing 'vmlinuz' file")
            .ThenAnnounced("work|property-pre-set:kernel|name=kernel,newvalue=broken,oldvalue=6.6.1");
    }

    [Fact]
    public void Keyboards_of_guivms_in_a_circle_fall_back()
    {
        var scenario = Scenario.Usual().Set("work", "guivm", "net").Set("net", "guivm", "work");
        Assert.Equal("us++", scenario.Value("work", "keyboard_layout"));
    }
}
