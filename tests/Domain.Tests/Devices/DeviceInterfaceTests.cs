namespace Qubes.Cqrs.Domain.Tests;

public sealed class DeviceInterfaceTests
{
    [Theory]
    [InlineData("p020000", "Network")]
    [InlineData("ue00101", "Bluetooth")]
    [InlineData("ue00200", "Network")]
    [InlineData("u030101", "Keyboard")]
    [InlineData("u030102", "Mouse")]
    [InlineData("u030000", "Input")]
    [InlineData("m******", "Microphone")]
    [InlineData("b******", "Block_Storage")]
    [InlineData("u080650", "USB_Storage")]
    [InlineData("p010601", "Storage")]
    [InlineData("p030000", "Display")]
    [InlineData("p030200", "Multimedia")]
    [InlineData("p0c0330", "PCI_USB")]
    [InlineData("p0c0500", "PCI_Serial_Bus")]
    [InlineData("p060400", "PCI_Bridge")]
    [InlineData("?******", "Other")]
    [InlineData("", "Other")]
    public void An_interface_has_the_category_that_says_most_about_it(string code, string category) => Assert.Equal(category, DeviceCategory.Of(code));

    [Fact]
    public void The_closer_description_comes_first()
    {
        string[] descriptions = ["dom0+_+_", "dom0+_+x", "dom0+sda+_", "dom0+sda+x"];
        var ordered = descriptions.Select(argument => DeviceArgument.Parse(Scenario.Usual().World, "block", argument)).OrderByDescending(address => address.Specificity);
        Assert.Equal(["dom0:sda:x", "dom0:sda:*", "dom0:*:x", "dom0:*:*"], ordered.Select(address => address.ToString()));
    }
}
