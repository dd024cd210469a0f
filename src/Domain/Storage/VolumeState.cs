namespace Qubes.Cqrs.Domain;

/// <summary>What is known of a volume's data.</summary>
/// <param name="Revisions">The states that it can go back to, oldest first.</param>
/// <param name="ChangedMicroseconds">When its committed data was replaced last: microseconds since 1970; 0 when never.</param>
/// <param name="Changes">The changes under way, in the order in which they were asked for; at most one of them brings new data.</param>
public sealed record VolumeState(EquatableArray<VolumeRevision> Revisions, long ChangedMicroseconds, EquatableArray<VolumeChange> Changes)
{
    /// <summary>Of a volume that is as it was made.</summary>
    public static readonly VolumeState New = new([], 0, []);

    /// <summary>The change under way that brings new data, or null.</summary>
    public VolumeChange? Incoming => Changes.FirstOrDefault(change => change.BringsData);

    /// <summary>A change under way, or null.</summary>
    public VolumeChange? Find(string change) => Changes.FirstOrDefault(open => open.Id == change);

    /// <summary>With one more change, which takes the place of one that brought new data when it does so too.</summary>
    internal VolumeState With(VolumeChange change) => this with
    {
        Changes = Changes.Where(open => open.Id != change.Id && !(open.BringsData && change.BringsData)).Append(change).ToEquatableArray(),
    };

    /// <summary>Without a change.</summary>
    internal VolumeState Without(string change) => this with { Changes = Changes.Where(open => open.Id != change).ToEquatableArray() };
}
