namespace Qubes.Cqrs.Domain.Tests;

public sealed class DeniedInterfacesTests
{
    [Fact]
    public void Codes_are_added_in_order_and_once()
    {
        var scenario = Scenario.Usual().Given(draft => DeniedInterfaces.Add(draft, Work(draft), "u03****"));
        scenario.When(draft => DeniedInterfaces.Add(draft, Work(draft), "u03****b******"));
        Assert.Equal(["b******", "u03****"], DeniedInterfaces.Of(scenario.World, scenario.Qube("work")));
    }

    [Fact]
    public void Adding_nothing_is_announced_all_the_same() => Scenario.Usual().When(draft => DeniedInterfaces.Add(draft, Work(draft), ""))
        .ThenAnnounced(
            "work|property-pre-set:devices_denied|name=devices_denied,newvalue=,oldvalue=",
            "work|property-set:devices_denied|name=devices_denied,newvalue=,oldvalue=");

    [Theory]
    [InlineData("b******", "u03****")]
    [InlineData("all", "")]
    public void Codes_are_removed(string codes, string left)
    {
        var scenario = Scenario.Usual().Set("work", "devices_denied", "b******u03****");
        scenario.When(draft => DeniedInterfaces.Remove(draft, Work(draft), codes));
        Assert.Equal(left, scenario.Value("work", "devices_denied"));
    }

    [Theory]
    [InlineData("u99****")]
    [InlineData("")]
    public void Removing_what_is_not_there_does_nothing(string codes) => Scenario.Usual().Set("work", "devices_denied", "b******")
        .When(draft => DeniedInterfaces.Remove(draft, Work(draft), codes)).Then().ThenAnnounced();

    [Fact]
    public void A_wrong_length_is_refused() => Scenario.Usual().When(draft => DeniedInterfaces.Add(draft, Work(draft), "zzz"))
        .ThenFails<InvalidValueException>("Invalid length of interfaces='zzz' (is 3, expected multiple of 7)");

    [Fact]
    public void A_code_twice_is_refused() => Scenario.Usual().When(draft => DeniedInterfaces.Remove(draft, Work(draft), "p02****p02****"))
        .ThenFails<InvalidRequestException>("Duplicated device interfaces in payload.");

    [Theory]
    [InlineData("x123456")]
    [InlineData("u03***g")]
    [InlineData("U03****")]
    public void What_is_no_code_is_refused(string codes)
    {
        var scenario = Scenario.Usual().When(draft => DeniedInterfaces.Add(draft, Work(draft), codes));
        Assert.IsType<InvalidPropertyValueException>(scenario.Refusal);
        Assert.Empty(scenario.Announcements);
    }

    [Fact]
    public void A_remote_qube_has_no_list() => Scenario.Usual().When(draft => DeniedInterfaces.Add(draft, draft.World.Find("rem")!.Id, "b******"))
        .ThenFails<QubeErrorException>("Not supported by RemoteVM");

    [Theory]
    [InlineData("p02****", "p020000", true)]
    [InlineData("*******", "u030102", true)]
    [InlineData("p02****", "u020000", false)]
    [InlineData("b000000", "b******", false)]
    public void A_pattern_describes_an_interface(string pattern, string code, bool matches) =>
        Assert.Equal(matches, DeviceInterface.Matches(pattern, code));

    private static QubeId Work(Draft draft) => draft.World.Find("work")!.Id; // the scenario has it
}
