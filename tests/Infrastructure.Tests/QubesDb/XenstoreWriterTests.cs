using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The older configuration channel, written into a xenstore through its socket.</summary>
public sealed class XenstoreWriterTests : IAsyncLifetime
{
    private const string Domain = "/local/domain/7/";
    private static readonly QubeId Work = new(new Guid(1, 2, 3, new byte[8]));

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("xs-");
    private readonly World world;
    private XenstoreServer server = null!;
    private XenstoreWriter writer = null!;

    public XenstoreWriterTests()
    {
        DomainEvent[] events =
        [
            .. FreshSystem.Events(new HostFacts { MemoryMiB = 8192 }), new QubeAdded(Work, "work", QubeClass.StandaloneVM, 4, [], [], [], []),
            new StartRequested(Work, "r"), new QubeSpawning(Work, "r"), new QubeSpawned(Work, "r", 7, -1, null, 0),
        ];
        world = events.Aggregate(World.Empty, Evolve.Apply);
    }

    public ValueTask InitializeAsync()
    {
        server = new XenstoreServer(Path.Combine(root.FullName, "run/xenstored/socket"));
        writer = NewWriter(TimeSpan.FromSeconds(20));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await server.DisposeAsync();
        root.Delete(true);
    }

    [Fact]
    public async Task A_new_domain_may_tell_of_its_memory()
    {
        await writer.PrepareAsync(Work, 7, CancellationToken.None);
        Assert.Equal(
            [
                $"11 {Domain}memory/meminfo|", $"14 {Domain}memory/meminfo|n7|", $"11 {Domain}memory/swapinfo|", $"14 {Domain}memory/swapinfo|n7|",
                $"11 {Domain}memory/hotplug-max|4096000",
            ],
            server.Log);
    }

    [Fact]
    public async Task Changes_follow_under_the_older_names()
    {
        await writer.WriteAsync(Work, 7, [new XenstoreKey("qubes-keyboard", "us++", false)], CancellationToken.None);
        writer.Publish([new(Work, "/keyboard-layout", "de++"), new(Work, "/vm-config/x", "1"), new(Work, "/qubes-timezone", null), new(QubeId.Dom0, "/keyboard-layout", "x")]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (server.Log.Length < 3)
        {
            await Task.Delay(5, patience.Token);
        }

        Assert.Equal([$"11 {Domain}qubes-keyboard|us++", $"11 {Domain}qubes-keyboard|de++", $"13 {Domain}qubes-timezone|"], server.Log);
    }

    [Fact]
    public async Task Where_there_is_no_xenstore_nothing_is_written()
    {
        await using var elsewhere = new XenstoreWriter(
            new RootedPaths(Path.Combine(root.FullName, "elsewhere")), () => world, (_, _) => true, TimeSpan.FromSeconds(20), NullLogger.Instance);
        await elsewhere.PrepareAsync(Work, 7, CancellationToken.None);
        Assert.Empty(server.Log);
    }

    [Theory]
    [InlineData("refused", 3)]
    [InlineData("watch event first", 3)]
    [InlineData("another request", 1)]
    [InlineData("another type", 1)]
    [InlineData("too long", 1)]
    [InlineData("cut", 1)]
    [InlineData("nothing", 1)]
    public async Task A_fault_stops_no_qube(string how, int asked)
    {
        await writer.DisposeAsync();
        writer = NewWriter(TimeSpan.FromMilliseconds(200));
        server.Fault = (type, request, _) => how switch
        {
            "refused" => XenstoreServer.Message(16, request, "EACCES\0"),
            "watch event first" => [.. XenstoreServer.Message(15, 0, "path\0token\0"), .. XenstoreServer.Message(type, request, "OK\0")],
            "another request" => XenstoreServer.Message(type, request + 9, "OK\0"),
            "another type" => XenstoreServer.Message(2, request, "OK\0"),
            "too long" => [.. XenstoreServer.Message(type, request, "")[..12], 0xff, 0xff, 0xff, 0x7f],
            "cut" => XenstoreServer.Message(type, request, "OK\0")[..^1],
            _ => [],
        };
        await writer.WriteAsync(Work, 7, [new("a", "1", false), new("b", "2", false), new("c", "3", false)], CancellationToken.None);
        Assert.Equal(asked, server.Log.Length);
    }

    private XenstoreWriter NewWriter(TimeSpan timeout) => new(new RootedPaths(root.FullName), () => world, (_, _) => true, timeout, NullLogger.Instance);
}
