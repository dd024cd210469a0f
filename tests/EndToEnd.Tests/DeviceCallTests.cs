namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The calls about devices that only the older interface descriptions have, and lists that name one device.</summary>
public sealed class DeviceCallTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_older_list_shows_assignments_in_its_own_words()
    {
        await CreateAsync("older");
        await AssignAsync("older", "dom0+sda+_", "mode='required' _read-only='yes'");
        await AssignAsync("older", "dom0+loop0", "mode='auto-attach' _name='a b'");
        Assert.Equal("dom0+loop0 name=a_b\ndom0+sda read-only=yes persistent=True\n", await CallAsync("List", "", "older"));
        Assert.Equal("dom0+sda read-only=yes persistent=True\n", await CallAsync("List", "dom0+sda", "older"));

        await CallAsync("Set.persistent", "dom0+loop0", "older", "True");
        await CallAsync("Set.persistent", "dom0+sda", "older", "False");
        Assert.Equal("dom0+loop0 name=a_b persistent=True\n", await CallAsync("List", "", "older"));
        Assert.Equal(
            "dom0+loop0:* device_id='*' port_id='loop0' devclass='block' backend_domain='dom0' mode='required' _name='a b'\n",
            await CallAsync("Assigned", "", "older"));

        await AssertRefusedAsync("Set.persistent", "dom0+sda", "older", "True", "DeviceNotAssigned", "'block device dom0:sda:* not assigned to older'");
        await AssertRefusedAsync("Set.persistent", "dom0+loop0", "older", "yes", "ProtocolError", "expected True or False");
    }

    [Fact]
    public async Task A_list_that_names_a_port_shows_one_device_or_none()
    {
        await CreateAsync("one");
        await AssignAsync("one", "dom0+sda+x", "mode='required'");
        Assert.StartsWith("dom0+sda:x ", await CallAsync("Assigned", "dom0+sda", "one"), StringComparison.Ordinal);
        Assert.Equal("", await CallAsync("Assigned", "dom0+sdb", "one"));
        await AssignAsync("one", "dom0+sda+y", "mode='required'");
        await AssertRefusedAsync("Assigned", "dom0+sda", "one", "", "DeviceNotFound", "");
        await AssertRefusedAsync("Assigned", "dom0", "one", "", "ProtocolError", "expected <backend>+<port>[+<device>] as the argument");
    }

    [Fact]
    public async Task Any_backend_is_shown_as_none()
    {
        await CreateAsync("any");
        await AssignAsync("any", "_+sda", "mode='ask-to-attach'");
        Assert.Equal(
            "None+sda:* device_id='*' port_id='sda' devclass='block' backend_domain='*' mode='ask-to-attach'\n",
            await CallAsync("Assigned", "", "any"));
    }

    private async Task CreateAsync(string name) => await fixture.Client.MustAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={name} label=red", Ct);

    private async Task AssignAsync(string qube, string device, string payload) => await CallAsync("Assign", device, qube, payload);

    private Task<string> CallAsync(string method, string arg, string qube, string payload = "") =>
        fixture.Client.MustAsync("admin.vm.device.block." + method, arg, qube, payload, Ct);

    private async Task AssertRefusedAsync(string method, string arg, string qube, string payload, string type, string message)
    {
        var reply = await fixture.Client.CallAsync("admin.vm.device.block." + method, arg, qube, payload, Ct);
        Assert.Equal((type, message), (reply.ExceptionType, reply.ExceptionMessage));
    }
}
