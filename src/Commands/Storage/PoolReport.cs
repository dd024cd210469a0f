namespace Qubes.Cqrs.Commands;

/// <summary>What a look at a pool found.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Driver">Its driver; empty when the pool is not registered.</param>
public sealed record PoolReport(string Name, string Driver)
{
    /// <summary>Why it could not be looked at for data of nobody; null when it was.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether work on volumes went on all the time, so that what interrupted work left could not be told from it.</summary>
    public bool IsBusy { get; init; }

    /// <summary>What belongs to no volume.</summary>
    public IReadOnlyList<StrayFinding> Strays { get; init; } = [];

    /// <summary>Volumes in it with a fault.</summary>
    public IReadOnlyList<VolumeFinding> Volumes { get; init; } = [];

    /// <summary>Whether nothing was found, or all of it mended.</summary>
    public bool IsSound => Fault is null && !IsBusy && Strays.All(stray => stray.IsMended) && Volumes.All(volume => volume.IsMended);
}
