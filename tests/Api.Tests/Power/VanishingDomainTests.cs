using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A qube that goes by itself while it is asked to shut down.</summary>
public class VanishingDomainTests
{
    [Theory]
    [InlineData("")]
    [InlineData("wait")]
    public async Task What_has_gone_meanwhile_has_shut_down(string wait)
    {
        await using var api = new MemoryApi(HostDescription.Parse("host.yaml", Given.Text("host.yaml")), VanishingDomains.Around);
        Assert.Equal("0\0", await CallAsync(api, "admin.property.Set", "dom0", "default_kernel", "6.6.1-1.qubes"));
        Assert.Equal("0\0", await CallAsync(api, "admin.vm.Create.StandaloneVM", "dom0", payload: "name=solo label=red"));
        Assert.Equal("0\0", await CallAsync(api, "admin.vm.Start", "solo"));
        Assert.Equal("0\0", await CallAsync(api, "admin.vm.Shutdown", "solo", wait));
        for (var patience = 0; patience < 600 && !api.Writer.Current.Runs.IsEmpty; patience++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains("power_state=Halted", await CallAsync(api, "admin.vm.CurrentState", "solo"), StringComparison.Ordinal);
    }

    private static Task<string> CallAsync(MemoryApi api, string method, string qube, string argument = "", string payload = "") =>
        api.CallAsync(SocketKind.Admin, method, argument, "dom0", qube, System.Text.Encoding.ASCII.GetBytes(payload));
}
