using System.Buffers;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The bytes of EVENT messages.</summary>
/// <remarks><c>1 NUL SUBJECT NUL EVENT NUL (KEY NUL VALUE NUL)* NUL</c>; source: spec, wire protocol 3.</remarks>
public static class EventEncoder
{
    /// <summary>The first message of every stream: the event <c>connection-established</c> about the system.</summary>
    public static ReadOnlyMemory<byte> ConnectionEstablished { get; } = "1\0\0connection-established\0\0"u8.ToArray();

    /// <summary>The size of the message in bytes, known without encoding it since every character is one byte.</summary>
    public static int SizeOf(Announcement announcement)
    {
        var size = 2 + announcement.SubjectName.Length + 1 + announcement.Event.Length + 1 + 1;
        foreach (var argument in announcement.Arguments.Items)
        {
            size += argument.Key.Length + 1 + argument.Value.Length + 1;
        }

        return size;
    }

    /// <summary>Encodes one message.</summary>
    /// <exception cref="ArgumentException">A part of it is not ASCII.</exception>
    public static byte[] Encode(Announcement announcement)
    {
        var bytes = new byte[SizeOf(announcement)];
        var length = 0;
        Write(announcement, bytes, ref length);
        return bytes;
    }

    internal static void Write(Announcement announcement, Span<byte> target, ref int length)
    {
        var at = 0;
        Put("1", target, ref at, announcement);
        Put(announcement.SubjectName, target, ref at, announcement);
        Put(announcement.Event, target, ref at, announcement);
        foreach (var argument in announcement.Arguments.Items)
        {
            Put(argument.Key, target, ref at, announcement);
            Put(argument.Value, target, ref at, announcement);
        }

        Put("", target, ref at, announcement);
        length += at;
    }

    private static void Put(string text, Span<byte> target, ref int at, Announcement announcement)
    {
        if (Ascii.FromUtf16(text, target[at..], out var written) != OperationStatus.Done)
        {
            throw new ArgumentException($"Event {announcement.Event} holds characters that are not ASCII", nameof(announcement));
        }

        target[at + written] = 0;
        at += written + 1;
    }
}
