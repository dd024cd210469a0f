using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Which events somebody wants to see; whatever is not named is no condition.</summary>
public sealed record EventQuery
{
    /// <summary>Only events after this position.</summary>
    public LogPosition After { get; init; } = LogPosition.Start;

    /// <summary>Only events up to and including this position; null for the head.</summary>
    public LogPosition? UpTo { get; init; }

    /// <summary>Only events of these streams; empty finds nothing.</summary>
    public IReadOnlyCollection<StreamName>? Streams { get; init; }

    /// <summary>Only events of these types.</summary>
    public IReadOnlyCollection<string>? Types { get; init; }

    /// <summary>Besides those of <see cref="Types"/>, changes of these properties.</summary>
    public IReadOnlyCollection<string> AlsoProperties { get; init; } = [];

    /// <summary>Only changes of this property.</summary>
    public string? Property { get; init; }

    /// <summary>Only changes of this feature.</summary>
    public string? Feature { get; init; }

    /// <summary>Only what this qube called.</summary>
    public string? Caller { get; init; }

    /// <summary>Only what came through this method; a <c>*</c> at its end stands for anything.</summary>
    public string? Method { get; init; }

    /// <summary>Only what one request brought about.</summary>
    public string? Correlation { get; init; }

    /// <summary>Only events in whose payload, call or caller one of these texts occurs, in any case of letters: a coarse sieve, which also takes
    /// names of members.</summary>
    public IReadOnlyCollection<string> Texts { get; init; } = [];
}
