namespace Qubes.Cqrs.Api;

/// <summary>The limits that the system puts on the daemon.</summary>
public static class ProcessLimits
{
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
