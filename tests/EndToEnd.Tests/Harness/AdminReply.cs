using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What kind of answer came, named as the transcripts name it.</summary>
public enum ReplyKind
{
    Empty,
    Ok,
    Exception,
    Event,
    Timeout,
    Malformed,
}

/// <summary>All bytes that came back on a connection.</summary>
/// <remarks>Frames: spec/wire-protocol.md, section 3.</remarks>
internal sealed class AdminReply(byte[] bytes, bool timedOut = false)
{
    public byte[] Bytes => bytes;

    public bool TimedOut => timedOut;

    public string Text { get; } = Encoding.Latin1.GetString(bytes);

    public ReplyKind Kind => bytes switch
    {
        [] => timedOut ? ReplyKind.Timeout : ReplyKind.Empty,
        [(byte)'0', 0, ..] => ReplyKind.Ok,
        [(byte)'1', 0, ..] => ReplyKind.Event,
        [(byte)'2', 0, ..] when ExceptionFields is not null => ReplyKind.Exception,
        _ => ReplyKind.Malformed,
    };

    public bool IsOk => Kind == ReplyKind.Ok;

    /// <summary>What follows the two bytes of an answer that is OK.</summary>
    public string Content => IsOk ? Text[2..] : "";

    public string ExceptionType => ExceptionFields?[0] ?? "";

    public string ExceptionMessage => ExceptionFields?[2] ?? "";

    /// <summary>Class, traceback and message, or null when the frame is not exactly these three with their ends.</summary>
    private string[]? ExceptionFields
    {
        get
        {
            if (bytes is not [(byte)'2', 0, .., 0])
                return null;
            var fields = Text[2..^1].Split('\0');
            return fields is [{ Length: > 0 }, _, _] ? fields : null;
        }
    }

    public override string ToString() => timedOut ? $"(no end in time) {Readable.Text(Text)}" : Readable.Text(Text);
}
