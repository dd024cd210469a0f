using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The client of the daemon's protocol, with an honest daemon and with others.</summary>
public sealed class QubesDbClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qdbc-");
    private readonly BlockingCollection<string> notices = [];
    private QubesDbServer server = null!;
    private QubesDbClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = new QubesDbServer(Path.Combine(root.FullName, "run/qubes/qubesdb.work.sock"));
        client = await ConnectAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
        notices.Dispose();
        root.Delete(true);
    }

    [Fact]
    public async Task What_is_written_can_be_read_listed_and_removed()
    {
        Assert.True(await client.WriteAsync("/a/b", "1"u8.ToArray(), CancellationToken.None));
        Assert.True(await client.WriteAsync("/a/c", Encoding.UTF8.GetBytes("grün"), CancellationToken.None));
        Assert.True(await client.WriteAsync("/ab", ReadOnlyMemory<byte>.Empty, CancellationToken.None));
        Assert.Equal("1", Encoding.ASCII.GetString((await client.ReadAsync("/a/b", CancellationToken.None))!));
        Assert.Null(await client.ReadAsync("/x", CancellationToken.None));
        Assert.Equal(["/a/b", "/a/c"], await client.ListAsync("/a/", 9, CancellationToken.None));
        Assert.Equal(["/a/b=1", "/a/c=grün"], (await client.MultiReadAsync("/a/", 9, CancellationToken.None)).Select(
            entry => $"{entry.UntrustedPath}={Encoding.UTF8.GetString(entry.UntrustedValue.Span)}"));
        Assert.True(await client.RemoveAsync("/a/", CancellationToken.None));
        Assert.False(await client.RemoveAsync("/a/", CancellationToken.None));
        Assert.Equal(["/ab="], server.Lines());
    }

    [Fact]
    public async Task A_value_of_the_greatest_length_passes()
    {
        var value = new string('x', IQubesDb.MaxValueBytes);
        Assert.True(await client.WriteAsync("/" + new string('p', 62), Encoding.ASCII.GetBytes(value), CancellationToken.None));
        Assert.Equal(IQubesDb.MaxValueBytes, (await client.ReadAsync("/" + new string('p', 62), CancellationToken.None))!.Length);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.WriteAsync("/a", new byte[IQubesDb.MaxValueBytes + 1], CancellationToken.None));
    }

    [Fact]
    public async Task A_watched_key_is_told_of_also_when_the_watcher_writes_it()
    {
        Assert.True(await client.WatchAsync("/d", CancellationToken.None));
        Assert.True(await client.WatchAsync("/e/", CancellationToken.None));
        await client.WriteAsync("/d", "1"u8.ToArray(), CancellationToken.None);
        await client.WriteAsync("/d/x", "1"u8.ToArray(), CancellationToken.None);
        await server.SetAsync("/e/y", "2");
        Assert.Equal(["/d", "/e/y"], [notices.Take(), notices.Take()]);
    }

    [Fact]
    public async Task A_notice_may_stand_inside_a_series()
    {
        server.Fault = (type, _) => type != 2 ? null :
        [
            .. QubesDbServer.Message(11, "/a/1", "x"), .. QubesDbServer.Message(13, "/w"), .. QubesDbServer.Message(11, "/a/2", "y"), .. QubesDbServer.Message(11, ""),
        ];
        Assert.Equal(2, (await client.MultiReadAsync("/a/", 9, CancellationToken.None)).Count);
        Assert.Equal("/w", notices.Take());
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("value too long")]
    [InlineData("value where none is due")]
    [InlineData("path without end")]
    [InlineData("unknown type")]
    [InlineData("request as answer")]
    [InlineData("another type")]
    [InlineData("another path")]
    public async Task An_answer_that_is_none_ends_the_connection(string how)
    {
        server.Fault = (_, key) => how switch
        {
            "cut" => QubesDbServer.Message(10, key, "value")[..^2],
            "value too long" => QubesDbServer.Message(10, key, new string('x', IQubesDb.MaxValueBytes + 1)),
            "value where none is due" => QubesDbServer.Message(8, key, "x"),
            "path without end" => QubesDbServer.Message(10, "/" + new string('x', 63), "v"),
            "unknown type" => QubesDbServer.Message(77, key),
            "request as answer" => QubesDbServer.Message(1, key),
            "another type" => QubesDbServer.Message(7, key),
            _ => QubesDbServer.Message(10, "/other", "v"),
        };
        await using var impatient = await ConnectAsync(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAsync<QubesDbProtocolException>(() => impatient.ReadAsync("/a", CancellationToken.None));
        server.Fault = (_, _) => null;
        await Assert.ThrowsAsync<QubesDbProtocolException>(() => impatient.ReadAsync("/a", CancellationToken.None));
    }

    [Fact]
    public async Task A_series_without_end_is_not_read_to_its_end()
    {
        server.Fault = (_, _) => [.. Enumerable.Range(0, 100).SelectMany(number => QubesDbServer.Message(12, $"/a/{number}"))];
        await Assert.ThrowsAsync<QubesDbProtocolException>(() => client.ListAsync("/a/", 50, CancellationToken.None));
    }

    [Fact]
    public async Task Answers_that_nobody_asked_for_are_not_taken_for_others()
    {
        server.Fault = (_, key) => [.. QubesDbServer.Message(7, key), .. QubesDbServer.Message(7, "/left")];
        Assert.True(await client.WriteAsync("/a", default, CancellationToken.None));
        await Assert.ThrowsAsync<QubesDbProtocolException>(() => client.WriteAsync("/b", default, CancellationToken.None));
    }

    [Fact]
    public async Task A_daemon_that_does_not_answer_is_not_waited_for()
    {
        server.Fault = (_, _) => [];
        await using var impatient = await ConnectAsync(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAsync<QubesDbProtocolException>(() => impatient.ReadAsync("/a", CancellationToken.None));
    }

    [Fact]
    public async Task A_refusal_leaves_the_connection_as_it_is()
    {
        server.Fault = (type, key) => type == 1 ? QubesDbServer.Message(9, key) : null;
        Assert.False(await client.WriteAsync("/a", "1"u8.ToArray(), CancellationToken.None));
        Assert.Null(await client.ReadAsync("/a", CancellationToken.None));
    }

    private async Task<QubesDbClient> ConnectAsync(TimeSpan timeout)
    {
        Socket socket = await QubesDbEndpoint.ConnectAsync(new RootedPaths(root.FullName), "work", canWrite: true, CancellationToken.None);
        return new QubesDbClient(socket, timeout, notices.Add);
    }
}
