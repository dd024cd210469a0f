using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class GuiDeviceAgentTests : IDisposable
{
    private static readonly DeviceQuestion Question = new("sys-usb", "A \"STICK\"", "sys-usb+sda++None", ["work"]);
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("q-");

    [Theory]
    [InlineData("allow:work", "work")]
    [InlineData("allow:work\n", "work")]
    [InlineData("deny", null)]
    [InlineData("", null)]
    public async Task Dom0s_own_agent_is_asked_over_its_socket(string answer, string? chosen)
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = Directory.CreateDirectory(Path.Combine(root.FullName, "etc/qubes-rpc"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "device-agent.GUI")));
        listener.Listen();
        var agent = Task.Run(() => AnswerAsync(listener, answer, ct), ct);
        Assert.Equal(chosen, await Asking().AskAsync(World(), Question, ct));
        Assert.Equal(
            "device-agent.GUI+ dom0 keyword adminvm\0" +
            """{"source":"sys-usb","device_name":"A \u0022STICK\u0022","argument":"sys-usb\u002Bsda\u002B\u002BNone","targets":["work"],"default_target":"work","icons":{}}""",
            await agent);
    }

    [Fact]
    public async Task Without_an_agent_it_is_told_that_there_is_none() =>
        await Assert.ThrowsAsync<IOException>(async () => await Asking().AskAsync(World(), Question, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Where_nobody_shows_windows_nobody_is_asked() =>
        Assert.Null(await Asking().AskAsync(Evolve.Apply(World(), new PropertySet(null, "default_guivm", PropertyValue.NoQube, null)), Question, TestContext.Current.CancellationToken));

    public void Dispose() => root.Delete(recursive: true);

    private GuiDeviceAgent Asking() => new(new RootedPaths(root.FullName), new SimulatedQrexec(new HostDescription()), TimeSpan.FromSeconds(5));

    private static World World() => Evolve.Apply(
        FreshSystem.Events(HostFacts.Unknown).Aggregate(Domain.World.Empty, Evolve.Apply), new PropertySet(null, "default_guivm", PropertyValue.Dom0, null));

    private static async Task<string> AnswerAsync(Socket listener, string answer, CancellationToken ct)
    {
        using var socket = await listener.AcceptAsync(ct);
        await using var stream = new NetworkStream(socket);
        using var asked = new MemoryStream();
        await stream.CopyToAsync(asked, ct); // until the question is complete
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        return Encoding.ASCII.GetString(asked.ToArray());
    }
}
