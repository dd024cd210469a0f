namespace Qubes.Cqrs.Domain;

/// <summary>What can be done to a volume's data.</summary>
public enum VolumeChangeKind
{
    /// <summary>A client writes new data.</summary>
    Import,

    /// <summary>It is emptied.</summary>
    Clear,

    /// <summary>Another volume is copied over it.</summary>
    Clone,

    /// <summary>It gets another size.</summary>
    Resize,

    /// <summary>It goes back to a revision.</summary>
    Revert,

    /// <summary>Its data is kept as a revision.</summary>
    Snapshot,
}
