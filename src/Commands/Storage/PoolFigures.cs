using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What was found when somebody looked at a pool.</summary>
/// <param name="Capacity">Its size and usage; null where these cannot be told.</param>
/// <param name="RealPath">Where its folder lies without symbolic links; null for pools without one.</param>
/// <param name="Kernels">The kernels that lie in it; only for pools of kernels.</param>
public sealed record PoolFigures(PoolCapacity? Capacity, string? RealPath, EquatableArray<string> Kernels)
{
    /// <summary>Nothing is known.</summary>
    public static readonly PoolFigures Unknown = new(null, null, []);
}

/// <summary>How large a pool is, and how much of it is used.</summary>
/// <param name="SizeBytes">The size in bytes.</param>
/// <param name="UsageBytes">What of it is used, in bytes.</param>
public sealed record PoolCapacity(long SizeBytes, long UsageBytes);
