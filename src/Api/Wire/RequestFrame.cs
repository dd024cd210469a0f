using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>The parts of a request, still as the bytes that the client sent.</summary>
/// <remarks><c>METHOD[+ARG] SP SOURCE SP DEST-TYPE SP DEST NUL PAYLOAD</c>; source: spec, wire protocol 2.</remarks>
public readonly ref struct RequestFrame
{
    /// <summary>The most that header, NUL and payload may take together.</summary>
    public const int MaxBytes = 65536;

    private const byte Space = (byte)' ';

    /// <summary>Everything before the first <c>+</c>; may be empty.</summary>
    public ReadOnlySpan<byte> Method { get; private init; }

    /// <summary>Everything after the first <c>+</c>; empty when there is none.</summary>
    public ReadOnlySpan<byte> Argument { get; private init; }

    /// <summary>The calling qube: a name or <c>uuid:…</c>, not validated yet.</summary>
    public ReadOnlySpan<byte> Source { get; private init; }

    /// <summary>Whether the destination was sent as <c>keyword adminvm</c>.</summary>
    public bool IsKeyword { get; private init; }

    /// <summary>The destination as sent: a name or <c>uuid:…</c>, not validated yet, or <c>adminvm</c>.</summary>
    public ReadOnlySpan<byte> Destination { get; private init; }

    /// <summary>Where the payload begins in the bytes that were parsed.</summary>
    public int PayloadStart { get; private init; }

    /// <summary>Everything after the first NUL.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Takes a whole request apart.</summary>
    /// <param name="untrustedRequest">Everything the client sent until it closed its sending side.</param>
    /// <param name="frame">The parts, which are views of <paramref name="untrustedRequest"/>.</param>
    public static FrameStatus Parse(ReadOnlySpan<byte> untrustedRequest, out RequestFrame frame)
    {
        frame = default;
        if (untrustedRequest.Length > MaxBytes)
        {
            return FrameStatus.TooLong;
        }

        var end = untrustedRequest.IndexOf((byte)0);
        if (end < 0)
        {
            return FrameStatus.FramingError;
        }

        var header = untrustedRequest[..end];
        var rest = header;
        if (!TryCut(ref rest, out var call) || !TryCut(ref rest, out var source) || !TryCut(ref rest, out var type))
        {
            return FrameStatus.FramingError;
        }

        // What is left may hold further spaces: it then is a name that the validation of names refuses.
        var isKeyword = type.SequenceEqual("keyword"u8) && rest.SequenceEqual("adminvm"u8);
        if (!isKeyword && !type.SequenceEqual("name"u8))
        {
            return FrameStatus.FramingError;
        }

        if (!Ascii.IsValid(header))
        {
            return FrameStatus.NotAscii;
        }

        var plus = call.IndexOf((byte)'+');
        frame = new RequestFrame
        {
            Method = plus < 0 ? call : call[..plus],
            Argument = plus < 0 ? default : call[(plus + 1)..],
            Source = source,
            IsKeyword = isKeyword,
            Destination = rest,
            PayloadStart = end + 1,
            Payload = untrustedRequest[(end + 1)..],
        };
        return FrameStatus.Ok;
    }

    private static bool TryCut(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        var space = rest.IndexOf(Space);
        part = space < 0 ? default : rest[..space];
        rest = space < 0 ? rest : rest[(space + 1)..];
        return space >= 0;
    }
}
