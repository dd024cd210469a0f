using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What to verify, and against what.</summary>
public sealed record VerifyOptions
{
    /// <summary>The last position that is trusted; the start for the whole log.</summary>
    public LogPosition After { get; init; } = LogPosition.Start;

    /// <summary>The chain hash there; not needed at the start.</summary>
    public ReadOnlyMemory<byte> TrustedHash { get; init; }

    /// <summary>A checkpoint that is trusted: only what came after it is looked at. Takes the place of the two above.</summary>
    public SignedCheckpoint? Since { get; init; }

    /// <summary>Checkpoints that were kept outside of the database.</summary>
    public IReadOnlyList<OutsideCheckpoint> Outside { get; init; } = [];

    /// <summary>The log's public key; null when it is not known, and signatures are not looked at.</summary>
    public CheckpointVerifierKey? Key { get; init; }

    /// <summary>Whether the checkpoints in the database are looked at.</summary>
    public bool WithTables { get; init; } = true;

    /// <summary>Whether the tree in the database is looked at.</summary>
    public bool WithTree { get; init; } = true;
}

/// <summary>A checkpoint that was kept outside of the database.</summary>
/// <param name="Name">Where it was found, for messages.</param>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record OutsideCheckpoint(string Name, SignedCheckpoint Checkpoint);
