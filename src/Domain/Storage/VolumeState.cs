namespace Qubes.Cqrs.Domain;

/// <summary>What is known of a volume's data.</summary>
/// <param name="Revisions">The states that it can go back to, oldest first.</param>
/// <param name="ChangedMicroseconds">When its committed data was replaced last: microseconds since 1970; 0 when never.</param>
/// <param name="Change">The change under way, or null.</param>
public sealed record VolumeState(EquatableArray<VolumeRevision> Revisions, long ChangedMicroseconds = 0, VolumeChange? Change = null)
{
    /// <summary>Of a volume that is as it was made.</summary>
    public static readonly VolumeState New = new([]);
}
