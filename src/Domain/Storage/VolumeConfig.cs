namespace Qubes.Cqrs.Domain;

/// <summary>The configuration of one volume of a qube.</summary>
/// <remarks>Attributes as in the store. Source: spec, storage 2 and 3, qubes-xml 5.</remarks>
public sealed record VolumeConfig
{
    /// <summary><c>root</c>, <c>private</c>, <c>volatile</c>, <c>kernel</c> or an extra name.</summary>
    public required string Name { get; init; }

    /// <summary>The pool that holds it.</summary>
    public required string Pool { get; init; }

    /// <summary>Its id within the pool; for a kernel volume in a kernel pool the kernel's name counts instead.</summary>
    public required string Vid { get; init; }

    /// <summary>How many revisions are kept; -1 switches snapshots off.</summary>
    public long RevisionsToKeep { get; init; }

    /// <summary>Whether the qube may write to it.</summary>
    public bool Rw { get; init; }

    /// <summary>Whether changes survive a stop.</summary>
    public bool SaveOnStop { get; init; }

    /// <summary>Whether it starts as a snapshot of its source.</summary>
    public bool SnapOnStart { get; init; }

    /// <summary>Whether it is encrypted with a throw-away key; null leaves it to the pool.</summary>
    public bool? Ephemeral { get; init; }

    /// <summary>Its size in bytes; 0 when it has none of its own.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The source volume's id, for a snapshot.</summary>
    public string? Source { get; init; }
}
