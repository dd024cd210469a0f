using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class ReplyWriterTests
{
    private static readonly QubeId Work = new(Guid.Parse("11111111-1111-4111-8111-111111111111"));

    [Fact]
    public void An_ok_reply_is_0_NUL_and_the_content() => Assert.Equal("0\0gr\u00c3\u00bcn\n", Bytes(reply => reply.Ok("grün\n")));

    [Fact]
    public void An_ok_reply_may_be_empty() => Assert.Equal("0\0", Bytes(reply => reply.Ok()));

    [Fact]
    public void Content_may_be_appended_in_pieces() =>
        Assert.Equal("0\0a b -12 c", Bytes(reply => reply.Ok().Append("a b").Append(" "u8).Append(-12).Append(" c")));

    [Fact]
    public void The_longest_number_fits() => Assert.Equal("0\0-9223372036854775808", Bytes(reply => reply.Ok().Append(long.MinValue)));

    [Fact]
    public void An_exception_has_class_empty_traceback_and_text() =>
        Assert.Equal("2\0ProtocolError\0\0no such method: 'nope'\0", Bytes(reply => reply.Exception("ProtocolError", "no such method: 'nope'")));

    [Fact]
    public void An_exception_of_a_debugged_daemon_has_a_traceback() =>
        Assert.Equal("2\0QubesException\0at line 1\0text\0", Bytes(reply => reply.Exception("QubesException", "text", "at line 1")));

    [Fact]
    public void An_event_has_subject_name_and_arguments() =>
        Assert.Equal(
            "1\0work\0property-set:label\0name\0label\0newvalue\0red\0\0",
            Bytes(reply => reply.Event(new Announcement(Work, "work", "property-set:label", [new("name", "label"), new("newvalue", "red")]))));

    [Fact]
    public void An_event_of_the_system_has_no_subject() =>
        Assert.Equal("1\0\0domain-add\0vm\0work\0\0", Bytes(reply => reply.Event(new Announcement(null, "", "domain-add", [new("vm", "work")]))));

    [Fact]
    public void The_first_event_is_connection_established() =>
        Assert.Equal("1\0\0connection-established\0\0", Encoding.ASCII.GetString(EventEncoder.ConnectionEstablished.Span));

    [Theory]
    [InlineData("w\u00f6rk", "e", "v")]
    [InlineData("work", "e\u20ac", "v")]
    [InlineData("work", "e", "\ud83d\ude00")]
    [InlineData("work", "e", "\u0080")]
    public void An_event_that_is_not_ascii_cannot_be_sent(string subject, string name, string value)
    {
        using var reply = new ReplyWriter();
        Assert.Throws<ArgumentException>(() => reply.Event(new Announcement(Work, subject, name, [new("k", value)])));
        Assert.True(reply.IsEmpty);
    }

    [Fact]
    public void Nothing_written_is_no_reply()
    {
        using var reply = new ReplyWriter();
        Assert.True(reply.IsEmpty);
        Assert.Equal(0, reply.Written.Length);
        reply.Ok("content");
        reply.Clear();
        Assert.True(reply.IsEmpty);
    }

    [Fact]
    public void It_grows_with_its_content()
    {
        var line = new string('x', 700) + "\n";
        using var reply = new ReplyWriter();
        reply.Ok();
        for (var count = 0; count < 1000; count++)
        {
            reply.Append(line);
        }

        Assert.Equal("0\0" + string.Concat(Enumerable.Repeat(line, 1000)), Encoding.UTF8.GetString(reply.Written.Span));
    }

    [Fact]
    public void It_is_a_buffer_writer()
    {
        using var reply = new ReplyWriter();
        reply.Write("0\0"u8);
        reply.Write(new byte[100_000]);
        Assert.Equal(100_002, reply.Written.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => reply.Advance(10_000_000));
    }

    [Fact]
    public void The_size_of_an_event_is_known_beforehand()
    {
        var text = Gen.Choose(1, 0x7f).Select(c => (char)c).ArrayOf().Select(c => new string(c));
        var arguments = Gen.Zip(text, text).Select(pair => new AnnouncementArgument(pair.Item1, pair.Item2)).ArrayOf();
        var events = from subject in text
                     from name in text
                     from values in arguments
                     select new Announcement(null, subject, name, [.. values]);
        Prop.ForAll(events.ToArbitrary(), announcement =>
        {
            var expected = new StringBuilder($"1\0{announcement.SubjectName}\0{announcement.Event}\0");
            foreach (var (key, value) in announcement.Arguments)
            {
                expected.Append(key).Append('\0').Append(value).Append('\0');
            }

            return Encoding.ASCII.GetString(EventEncoder.Encode(announcement)) == expected.Append('\0').ToString()
                && EventEncoder.SizeOf(announcement) == expected.Length;
        }).QuickCheckThrowOnFailure();
    }

    private static string Bytes(Action<ReplyWriter> write)
    {
        using var reply = new ReplyWriter();
        write(reply);
        return Encoding.Latin1.GetString(reply.Written.Span);
    }

    [Fact]
    public void A_NUL_from_a_client_does_not_end_the_text_of_an_exception_early()
    {
        using var reply = new ReplyWriter();
        reply.Exception("QubesLabelNotFoundError", "Label does not exist: 6.1\02.2");
        Assert.Equal("2\0QubesLabelNotFoundError\0\0Label does not exist: 6.1\\x002.2\0", System.Text.Encoding.UTF8.GetString(reply.Written.Span));
    }
}
