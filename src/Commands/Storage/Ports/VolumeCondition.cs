using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What a driver finds of a volume.</summary>
/// <param name="Exists">Whether its committed data is there; always true for a volume that has data only while it runs.</param>
/// <param name="IsDirty">Whether what a run wrote to it is neither committed nor dropped yet.</param>
/// <param name="UsageBytes">What it takes on the disk, revisions not counted.</param>
/// <param name="Revisions">The states that it can go back to, oldest first.</param>
public sealed record VolumeCondition(bool Exists, bool IsDirty, long UsageBytes, EquatableArray<VolumeRevision> Revisions);
