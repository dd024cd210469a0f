using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>An announcement on its way to subscribers, who share its bytes.</summary>
internal sealed class EventMessage(Moment moment, Announcement announcement)
{
    private readonly Lock gate = new();
    private byte[]? bytes;

    /// <summary>When it happened.</summary>
    internal Moment Moment { get; } = moment;

    internal Announcement Announcement { get; } = announcement;

    internal int SizeBytes { get; } = EventEncoder.SizeOf(announcement);

    /// <summary>The message as it is sent; encoded by the first who asks, not by the writer.</summary>
    /// <exception cref="ArgumentException">The announcement is not ASCII.</exception>
    internal ReadOnlySpan<byte> Bytes()
    {
        if (Volatile.Read(ref bytes) is { } encoded)
        {
            return encoded;
        }

        lock (gate)
        {
            if (bytes is null)
            {
                Volatile.Write(ref bytes, EventEncoder.Encode(Announcement));
            }

            return bytes;
        }
    }
}
