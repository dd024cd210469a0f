using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What settings are of: the system as a whole, a label, a pool, the host, the policy, or a qube.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">The qube's or the pool's name, the label's index; empty for the system, the host and the policy.</param>
public readonly record struct Subject(SubjectKind Kind, string Name)
{
    /// <summary>The global properties.</summary>
    public static readonly Subject Global = new(SubjectKind.Global, "");

    /// <summary>What the host contributes.</summary>
    public static readonly Subject Host = new(SubjectKind.Host, "");

    /// <summary>The files of the policy.</summary>
    public static readonly Subject Policy = new(SubjectKind.Policy, "");

    /// <summary>A qube.</summary>
    public static Subject Of(Qube qube) => new(SubjectKind.Qube, qube.Name);

    /// <summary>A qube by its name, everything else with its kind before it.</summary>
    public override string ToString() => Kind switch
    {
        SubjectKind.Qube => Name,
        SubjectKind.Global => "global",
        SubjectKind.Host => "host",
        SubjectKind.Policy => "policy",
        SubjectKind.Label => "label " + Name,
        _ => "pool " + Name,
    };
}

/// <summary>The kinds of subjects, in the order in which they are shown.</summary>
public enum SubjectKind
{
    /// <summary>The global properties.</summary>
    Global,

    /// <summary>A label.</summary>
    Label,

    /// <summary>A storage pool.</summary>
    Pool,

    /// <summary>The host.</summary>
    Host,

    /// <summary>The files of the policy.</summary>
    Policy,

    /// <summary>A qube, dom0 included.</summary>
    Qube,
}
