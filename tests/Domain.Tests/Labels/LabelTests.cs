namespace Qubes.Cqrs.Domain.Tests;

public sealed class LabelTests
{
    [Fact]
    public void The_first_custom_label_gets_index_9() =>
        Scenario.Fresh().When(draft => Labels.Create(draft, "teal", "0x00a0a0")).Then(new LabelAdded(9, "teal", "0x00a0a0"));

    [Fact]
    public void A_name_that_is_taken_is_refused() =>
        Scenario.Fresh().When(draft => Labels.Create(draft, "red", "0x00a0a0")).ThenFails<LabelInUseException>("Label is still in use: 'red'");

    [Fact]
    public void A_built_in_label_stays() =>
        Scenario.Fresh().When(draft => Labels.Remove(draft, "red")).ThenFails<InvalidRequestException>("Can only remove custom labels");

    [Fact]
    public void A_label_that_a_qube_has_stays() => Scenario.Usual()
        .Given(draft => Labels.Create(draft, "cyan", "0x00ffff"))
        .Set("work", "label", "cyan")
        .When(draft => Labels.Remove(draft, "cyan"))
        .ThenFails<LabelInUseException>("Label is still in use: Label(9, '0x00ffff', 'cyan')");

    [Theory]
    [InlineData("red", 1)]
    [InlineData("1", 1)]
    [InlineData("01", 1)]
    [InlineData("label-8", 8)]
    public void Labels_are_found_by_name_index_and_prefixed_index(string text, int index) =>
        Assert.Equal(index, Labels.Resolve(Scenario.Fresh().World, text, acceptPrefix: true).Index);

    [Fact]
    public void Colours_are_trimmed() => Assert.Equal("0x123456", Labels.CheckColor("0x123456\n"));
}
