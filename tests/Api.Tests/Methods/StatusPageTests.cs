namespace Qubes.Cqrs.Api.Tests;

public class StatusPageTests(ITestOutputHelper output)
{
    [Fact]
    public void The_page_says_what_is_built()
    {
        var page = Given.Text("status.md");
        var expected = StatusPage.Update(page, AdminMethods.Built);
        if (page != expected)
        {
            File.WriteAllText(Given.Path("status.new.md"), expected);
            output.WriteLine($"the page as it should be: {Given.Path("status.new.md")}");
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public void Whatever_is_built_is_in_the_table() =>
        Assert.All(AdminMethods.Built, name => Assert.Contains(MethodTable.All, method => method.Name == name && method.Socket is not null));

    [Fact]
    public void Every_method_is_listed_once()
    {
        var list = StatusPage.List(new HashSet<string> { "admin.vm.List" });
        Assert.All(MethodTable.All, method => Assert.Equal(2, list.Split($"| `{method.Name}` |").Length));
        var served = MethodTable.All.Count(method => method.Socket is not null && !method.IsAddOn);
        Assert.Contains($"\n1 of {served} methods are built;", list, StringComparison.Ordinal);
        Assert.Contains("| `admin.vm.List` | built |", list, StringComparison.Ordinal);
        Assert.Contains("| `admin.vm.Start` | answers `QubesNotImplementedError` |", list, StringComparison.Ordinal);
        Assert.Contains("| `admin.vm.volume.Snapshot` | answers `QubesNotImplementedError`; only the older documents have it |", list, StringComparison.Ordinal);
        Assert.Contains("| `qubes.cqrs.State` | answers `QubesNotImplementedError`; ours, beside", list, StringComparison.Ordinal);
        Assert.Contains("| `admin.vm.device.usb.Attach` | comes with the package that brings the device class |", list, StringComparison.Ordinal);
        Assert.Contains("| `policy.EvalGUI` | served by a script or on a socket of its own |", list, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_a_place_for_the_list_is_refused() => Assert.Throws<FormatException>(() => StatusPage.Update("# Status\n", new HashSet<string>()));
}
