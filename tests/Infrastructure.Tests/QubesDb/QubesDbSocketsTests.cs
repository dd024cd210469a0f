using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Databases behind sockets, honest and hostile ones.</summary>
public sealed class QubesDbSocketsTests : IDisposable
{
    private const byte ReplyMultiRead = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qdb-");

    public QubesDbSocketsTests() => Directory.CreateDirectory(Path.Combine(root.FullName, "run/qubes"));

    public void Dispose() => root.Delete(true);

    [Fact]
    public async Task Keys_below_a_prefix_come_in_the_order_of_their_bytes()
    {
        var asked = await ServeAsync("qubesdb.work.sock", [.. Entry("/a/z", "2"), .. Entry("/a/Z", ""), .. End()]);
        var entries = await ReadAsync("work", "/a/");

        Assert.Equal(["/a/Z=", "/a/z=2"], entries!.Select(entry => $"{entry.UntrustedPath}={Encoding.ASCII.GetString(entry.UntrustedValue.Span)}"));
        var request = await asked;
        Assert.Equal("\u0002/a/", Encoding.ASCII.GetString(request).TrimEnd('\0'));
    }

    [Fact]
    public async Task The_socket_for_reading_serves_when_the_other_is_missing()
    {
        await ServeAsync("qubesdb.work.ro.sock", End());
        Assert.Empty((await ReadAsync("work", "/a/"))!);
    }

    [Fact]
    public async Task A_qube_without_a_socket_has_no_database() => Assert.Null(await ReadAsync("work", "/a/"));

    [Theory]
    [InlineData("cut")]
    [InlineData("value too long")]
    [InlineData("path without end")]
    [InlineData("another type")]
    [InlineData("another prefix")]
    [InlineData("path that is not ASCII")]
    [InlineData("too many")]
    public async Task A_database_that_breaks_the_protocol_is_not_available(string how)
    {
        byte[] reply = how switch
        {
            "cut" => Entry("/a/b", "value")[..^2],
            "value too long" => [.. Entry("/a/b", new string('x', IQubesDb.MaxValueBytes + 1)), .. End()],
            "path without end" => [.. Entry("/a/" + new string('x', 61), "v"), .. End()],
            "another type" => [10, .. Entry("/a/b", "v")[1..], .. End()],
            "another prefix" => [.. Entry("/b/b", "v"), .. End()],
            "path that is not ASCII" => [.. Entry("/a/\u00e9", "v"), .. End()],
            _ => [.. Enumerable.Range(0, IQubesDb.MaxEntries + 1).SelectMany(number => Entry($"/a/{number}", "")), .. End()],
        };
        await ServeAsync("qubesdb.work.sock", reply);
        Assert.Null(await ReadAsync("work", "/a/"));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_waited_for()
    {
        using var listener = Listen("qubesdb.work.sock");
        Assert.Null(await Database(TimeSpan.FromMilliseconds(50)).ReadAsync("work", "/a/", CancellationToken.None));
    }

    [Fact]
    public async Task Who_stops_waiting_is_let_go()
    {
        using var listener = Listen("qubesdb.work.sock");
        using var stop = new CancellationTokenSource();
        var reading = Database(Timeout.InfiniteTimeSpan).ReadAsync("work", "/a/", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    [Fact]
    public async Task A_described_host_has_the_database_of_dom0_and_of_what_runs()
    {
        var database = new SimulatedQubesDb(HostDescription.Parse("host.yaml", "qubesdb: {dom0: {/a/b: x, /c: y}, work: {/a/d: z}}"));
        Assert.Equal(["/a/b"], (await database.ReadAsync("dom0", "/a/", CancellationToken.None))!.Select(entry => entry.UntrustedPath));
        Assert.Null(await database.ReadAsync("work", "/a/", CancellationToken.None));

        database.Open("work");
        database.Write("work", "/a/0", "1"u8);
        Assert.Equal(["/a/0", "/a/d"], (await database.ReadAsync("work", "/a/", CancellationToken.None))!.Select(entry => entry.UntrustedPath));
        database.Remove("work", "/a/d");
        Assert.Equal(["/a/0"], (await database.ReadAsync("work", "/a/", CancellationToken.None))!.Select(entry => entry.UntrustedPath));
        database.Close("work");
        Assert.Null(await database.ReadAsync("work", "/a/", CancellationToken.None));
    }

    private static byte[] Entry(string path, string value)
    {
        var message = new byte[72 + value.Length];
        message[0] = ReplyMultiRead;
        Encoding.Latin1.GetBytes(path, message.AsSpan(1));
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(68), value.Length);
        Encoding.Latin1.GetBytes(value, message.AsSpan(72));
        return message;
    }

    private static byte[] End() => Entry("", "");

    private QubesDbSockets Database(TimeSpan timeout) => new(new RootedPaths(root.FullName), timeout);

    private ValueTask<IReadOnlyList<QubesDbEntry>?> ReadAsync(string qube, string prefix) => Database(Patience).ReadAsync(qube, prefix, CancellationToken.None);

    private Socket Listen(string name)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(root.FullName, "run/qubes", name)));
        listener.Listen();
        return listener;
    }

    // Answers one request and hangs up; gives what was asked. The caller awaits the outer task, so that the socket is there.
    private Task<Task<byte[]>> ServeAsync(string name, byte[] reply)
    {
        var listener = Listen(name);
        return Task.FromResult(AnswerAsync());

        async Task<byte[]> AnswerAsync()
        {
            using (listener)
            {
                using var client = await listener.AcceptAsync();
                var request = new byte[72];
                using var stream = new NetworkStream(client);
                await stream.ReadExactlyAsync(request);
                try
                {
                    await stream.WriteAsync(reply);
                }
                catch (IOException)
                {
                    // The reader had enough.
                }

                return request;
            }
        }
    }
}
