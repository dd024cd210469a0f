namespace Qubes.Cqrs.Api;

/// <summary>The limits that the system puts on the daemon.</summary>
public static class ProcessLimits
{
    private const int Reserve = 512;

    /// <summary>How many connections each of the three sockets can have, so that descriptors are left for everything else.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptors">What <see cref="RaiseFileDescriptors"/> returned.</param>
    /// <remarks>The public socket gets half and the other two a quarter each: whoever fills it cannot shut out the components of dom0.</remarks>
    public static int MaxConnections(SocketKind socket, long descriptors)
    {
        var share = Math.Clamp(descriptors - Math.Min(Reserve, descriptors / 2), 8, 65536);
        return (int)(socket == SocketKind.Admin ? share / 2 : share / 4);
    }

    /// <summary>Raises the number of descriptors that the process may hold as far as it may itself, and returns it.</summary>
    /// <remarks>Every connection and every subscriber holds one; the customary 1,024 would let clients shut each other out.</remarks>
    public static long RaiseFileDescriptors()
    {
        LibC.Check(LibC.GetLimit(LibC.DescriptorLimit, out var limit), "cannot read the limit of descriptors");
        if (limit.Soft != limit.Hard)
        {
            limit.Soft = limit.Hard;
            LibC.Check(LibC.SetLimit(LibC.DescriptorLimit, limit), "cannot raise the limit of descriptors");
        }

        return limit.Soft > long.MaxValue ? long.MaxValue : (long)limit.Soft;
    }
}
