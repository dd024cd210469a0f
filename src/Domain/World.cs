using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>The whole configured state at one log position: immutable, so that an old one stays valid and costs nothing to keep.</summary>
public sealed record World
{
    /// <summary>Before the first event.</summary>
    public static readonly World Empty = new();

    /// <summary>The last event folded into it.</summary>
    public LogPosition Position { get; init; } = LogPosition.Start;

    /// <summary>The explicit global properties.</summary>
    public SmallMap<PropertyValue> Properties { get; init; } = SmallMap<PropertyValue>.Empty;

    /// <summary>The labels by index.</summary>
    public ImmutableSortedDictionary<int, Label> Labels { get; init; } = ImmutableSortedDictionary<int, Label>.Empty;

    /// <summary>The storage pools in order of definition.</summary>
    public EquatableArray<Pool> Pools { get; init; } = [];

    /// <summary>The qubes by identity.</summary>
    public ImmutableDictionary<QubeId, Qube> Qubes { get; init; } = ImmutableDictionary<QubeId, Qube>.Empty;

    /// <summary>The qubes' identities by name, in the order in which the API lists them but for dom0.</summary>
    public ImmutableSortedDictionary<string, QubeId> Names { get; init; } =
        ImmutableSortedDictionary.Create<string, QubeId>(StringComparer.Ordinal);

    /// <summary>The numbers in use.</summary>
    public ImmutableSortedSet<int> Qids { get; init; } = [];

    /// <summary>The runs of qubes that are under way: configuration lives in <see cref="Qubes"/>, what happens to it here.</summary>
    public ImmutableDictionary<QubeId, Run> Runs { get; init; } = ImmutableDictionary<QubeId, Run>.Empty;

    /// <summary>The volumes of qubes that were removed, until they are removed as well.</summary>
    public ImmutableDictionary<QubeId, LeftVolumes> LeftVolumes { get; init; } = ImmutableDictionary<QubeId, LeftVolumes>.Empty;

    /// <summary>The positions that users gave a name, by name.</summary>
    public ImmutableSortedDictionary<string, LogPosition> Marks { get; init; } = ImmutableSortedDictionary.Create<string, LogPosition>(StringComparer.Ordinal);

    /// <summary>The files of the policy as they are known: those on the disk are the authority.</summary>
    public PolicyFiles Policy { get; init; } = PolicyFiles.None;

    /// <summary>What the host contributes.</summary>
    public HostFacts Host { get; init; } = HostFacts.Unknown;

    /// <summary>How this state differs from the one that may lie on a persistent disk; null when it does not.</summary>
    public Apart? Apart { get; init; }

    /// <summary>The state that may lie on a persistent disk: what the log gives, without disposables that go when they stop.</summary>
    /// <remarks>Right for every state that the writer published or that was restored; a draft's is that of the state which it began with.</remarks>
    public World Kept => Apart?.Kept ?? this;

    /// <summary>The same state at another position.</summary>
    public World At(LogPosition position) =>
        this with { Position = position, Apart = Apart is null ? null : Apart with { Kept = Apart.Kept with { Position = position } } };

    /// <summary>dom0.</summary>
    public Qube Dom0 => Qube(QubeId.Dom0);

    /// <summary>A qube that is known to exist.</summary>
    public Qube Qube(QubeId id) => Qubes[id];

    /// <summary>A qube, or null.</summary>
    public Qube? Find(QubeId? id) => id is { } some && Qubes.TryGetValue(some, out var qube) ? qube : null;

    /// <summary>A qube by name, or null.</summary>
    public Qube? Find(string name) => Names.TryGetValue(name, out var id) ? Qubes[id] : null;

    /// <summary>A storage pool by name, or null.</summary>
    public Pool? FindPool(string name)
    {
        foreach (var pool in Pools)
        {
            if (pool.Name == name)
            {
                return pool;
            }
        }

        return null;
    }

    /// <summary>All qubes in the order of the API: dom0 first, then by name in ASCII order.</summary>
    public IEnumerable<Qube> InOrder()
    {
        if (Find(QubeId.Dom0) is { } dom0)
        {
            yield return dom0;
        }

        foreach (var (_, id) in Names)
        {
            if (id != QubeId.Dom0)
            {
                yield return Qubes[id];
            }
        }
    }
}
