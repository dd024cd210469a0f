using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The client side of the wire: frames, replies, and how a request is put on it.</summary>
public sealed class WireTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Events_are_taken_from_the_stream_however_it_is_cut()
    {
        var bytes = Encoding.Latin1.GetBytes("1\0\0connection-established\0\01\0work\0domain-tag-add:x\0tag\0x\0empty\0\0\0");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var frames = new EventFrames();
            var events = new List<WireEvent>();
            foreach (var part in (byte[][])[bytes[..cut], bytes[cut..]])
            {
                frames.Append(part);
                while (frames.TryTake(out var next))
                    events.Add(next);
            }

            Assert.Equal(["connection-established", "domain-tag-add:x"], events.Select(wire => wire.Name));
            Assert.Equal(["", "work"], events.Select(wire => wire.Subject));
            Assert.Equal(["tag=x", "empty="], events[1].Values.Select(pair => $"{pair.Key}={pair.Value}"));
            Assert.Equal(0, frames.Pending);
        }
    }

    [Fact]
    public void What_is_no_event_is_refused() => Assert.Throws<FormatException>(() => EventFrames.CountWhole("0\0ok"u8));

    [Fact]
    public void Every_recorded_reply_has_the_kind_that_was_recorded()
    {
        foreach (var line in TranscriptScript.All().SelectMany(script => script.Lines).Where(line => !line.OwnWords))
        {
            var reply = new AdminReply(line.ExpectedReply, timedOut: line.Kind == "timeout");
            var kind = line.Kind switch { "exc" => "exception", "held" => "empty", var other => other };
            Assert.Equal(kind, reply.Kind.ToString().ToLowerInvariant());
            if (line.Kind == "exc")
                Assert.Equal(line.ExcType, reply.ExceptionType);
        }
    }

    [Theory]
    [InlineData("2\0Type\0\0text")]
    [InlineData("2\0\0\0text\0")]
    [InlineData("2\0Type\0text\0")]
    [InlineData("2\0Type\0\0text\0more\0")]
    [InlineData("3\0")]
    [InlineData("0")]
    public void Other_bytes_are_malformed(string text) => Assert.Equal(ReplyKind.Malformed, new AdminReply(Encoding.Latin1.GetBytes(text)).Kind);

    [Fact]
    public async Task A_request_arrives_as_it_was_written()
    {
        var seen = "";
        await using var fake = new FakeDaemon((request, _) =>
        {
            seen = request;
            return FakeDaemon.Ok("fine");
        });
        var reply = await fake.Sockets.Client().CallAsync("admin.vm.tag.Set", "a+b", "work", "p\0q", Ct, "solo");
        Assert.Equal("admin.vm.tag.Set+a+b solo name work\0p\0q", seen);
        Assert.Equal("fine", reply.Content);
    }

    [Fact]
    public async Task Sending_byte_by_byte_makes_no_difference()
    {
        await using var fake = new FakeDaemon((request, _) => FakeDaemon.Ok(request.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var reply = await fake.Sockets.Client().SendAsync("0123456789"u8.ToArray(), Ct, new SendOptions { PieceSize = 1 });
        Assert.Equal("10", reply.Content);
    }

    [Fact]
    public async Task A_request_that_is_not_ended_gets_no_answer()
    {
        await using var fake = new FakeDaemon((_, _) => FakeDaemon.Ok());
        var reply = await fake.Sockets.Client().SendAsync(
            "x"u8.ToArray(), Ct, new SendOptions { HalfClose = false, Timeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(ReplyKind.Timeout, reply.Kind);
    }
}
