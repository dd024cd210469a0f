using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Which volume a call is about, and what it says beside that.</summary>
/// <param name="Address">The volume.</param>
/// <param name="UntrustedValue">The rest of the payload.</param>
internal sealed record VolumeRequest(VolumeAddress Address, ReadOnlyMemory<byte> UntrustedValue)
{
    /// <summary>The qube is the destination, the volume's name the argument.</summary>
    internal static VolumeRequest OfQube(AdminCall call) =>
        new(VolumeAddress.OfQube(call.Destination.Id, call.Argument), call.CopyUntrustedPayload());

    /// <summary>The pool is the argument; the payload begins with the volume's id, which a space or a newline ends.</summary>
    internal static VolumeRequest OfPool(AdminCall call)
    {
        var payload = call.CopyUntrustedPayload();
        var end = payload.Span.IndexOfAny((byte)' ', (byte)'\n');
        var vid = end < 0 ? payload : payload[..end];
        // Latin-1 keeps every byte apart: no id holds one that is not ASCII.
        return new(
            VolumeAddress.InPool(call.Argument, Encoding.Latin1.GetString(vid.Span)), end < 0 ? default : payload[(end + 1)..]);
    }
}
