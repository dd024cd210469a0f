namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Features whose names or values must fit what reads them. Refused before they are stored, so that nothing remains of them.</summary>
public sealed class FeatureValueTests
{
    private static readonly string Long = new('k', 54);

    [Theory]
    [InlineData("", "Service name cannot be empty")]
    [InlineData("a/b", "Service name cannot contain a slash")]
    [InlineData(".", "Service name cannot be \".\" or \"..\"")]
    [InlineData("..", "Service name cannot be \".\" or \"..\"")]
    [InlineData("sssssssssssssssssssssssssssssssssssssssssssssssss", "Service name must not exceed 48 bytes")]
    public void A_service_needs_a_name_that_fits(string name, string text) => Refused("service." + name, "1", text);

    [Theory]
    [InlineData("ssssssssssssssssssssssssssssssssssssssssssssssss")]
    [InlineData("app-dispvm.sssssssssssssssssssssssssssssssssssssssssssssssss")]
    [InlineData("a.b")]
    public void Other_services_are_accepted(string name) => Accepted("service." + name, "");

    [Theory]
    [InlineData("", "Empty config name not allowed")]
    [InlineData("1x", "Config name must start with an ASCII letter")]
    [InlineData("_", "Config name must start with an ASCII letter")]
    [InlineData("ccccccccccccccccccccccccccccccccccccccccccccccccccccc", "VM config name must not exceed 46 bytes")]
    public void A_setting_needs_a_name_that_fits(string name, string text) => Refused("vm-config." + name, "v", text);

    [Theory]
    [InlineData("cccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    [InlineData("Z9.-_")]
    public void Other_settings_are_accepted(string name) => Accepted("vm-config." + name, "v");

    [Theory]
    [InlineData("relative", "invalid value format: 'relative'")]
    [InlineData("", "invalid value format: ''")]
    [InlineData("dir:u:g:0755", "invalid value format: 'dir:u:g:0755'")]
    [InlineData("sock:u:g:0755:/x", "invalid resource type option 'sock' in value 'sock:u:g:0755:/x'")]
    [InlineData("dir:u:g:0999:/x", "invalid mode option '0999' in value 'dir:u:g:0999:/x'")]
    [InlineData("dir:u:g::/x", "invalid mode option '' in value 'dir:u:g::/x'")]
    [InlineData("dir:u:g:07777777777777:/x", "invalid mode option '07777777777777' in value 'dir:u:g:07777777777777:/x'")]
    [InlineData("dir:u:g:0755:x", "invalid path 'x'")]
    public void What_persists_is_a_path_or_a_resource(string value, string text) => Refused("custom-persist.a", value, text);

    [Theory]
    [InlineData("/home/x")]
    [InlineData("/a:b")]
    [InlineData("dir:u:g:0755:/x")]
    [InlineData("file:u:g:644:/x:y")]
    public void Paths_and_resources_are_accepted(string value) => Accepted("custom-persist.a", value);

    [Fact]
    public void The_key_of_what_persists_fits()
    {
        Refused("custom-persist.", "/x", "custom-persist key cannot be empty");
        Refused($"custom-persist.{Long}k", "/x", $"custom-persist key is too long (max 54), ignoring: {Long}k");
        Accepted($"custom-persist.{Long}", "/x");
    }

    [Theory]
    [InlineData("service.")]
    [InlineData("vm-config.")]
    [InlineData("custom-persist.")]
    public void Qubes_on_other_hosts_are_not_checked(string feature)
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Features.Set(draft, scenario.Id("rem"), feature, "v")).Then(new FeatureSet(scenario.Id("rem"), feature, "v", null));
    }

    private static void Refused(string feature, string value, string text)
    {
        foreach (var name in new[] { "work", "dom0" })
        {
            var scenario = Scenario.Usual();
            var before = scenario.World;
            scenario.When(draft => Features.Set(draft, scenario.Id(name), feature, value)).ThenFails<InvalidValueException>(text)
                .ThenAnnounced($"{name}|domain-feature-pre-set:{feature}|feature={feature},value={value}");
            Assert.Same(before, scenario.World);
            scenario.When(draft => Features.Remove(draft, scenario.Id(name), feature))
                .ThenFails<FeatureNotFoundException>($"Feature not set for domain {name}: {feature}");
        }
    }

    private static void Accepted(string feature, string value)
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => Features.Set(draft, scenario.Id("dom0"), feature, value)).Then(new FeatureSet(QubeId.Dom0, feature, value, null));
        scenario.When(draft => Features.Set(draft, scenario.Id("work"), feature, value)).Then(new FeatureSet(scenario.Id("work"), feature, value, null));
    }
}
