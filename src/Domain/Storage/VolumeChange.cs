namespace Qubes.Cqrs.Domain;

/// <summary>A change of what a volume holds that was asked for and has no outcome yet.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="Phase">How far it is.</param>
public sealed record VolumeChange(string Id, VolumeChangeKind Kind, VolumeChangePhase Phase = VolumeChangePhase.Requested)
{
    /// <summary>Whether new data is made beside the volume before it takes its place.</summary>
    public bool BringsData => Kind is VolumeChangeKind.Import or VolumeChangeKind.Clear or VolumeChangeKind.Clone;

    /// <summary>The size that the volume is to have, in bytes; null leaves it.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>The revision to go back to.</summary>
    public string? Revision { get; init; }

    /// <summary>The pool of the volume to copy.</summary>
    public string? SourcePool { get; init; }

    /// <summary>The id of the volume to copy.</summary>
    public string? SourceVid { get; init; }
}
