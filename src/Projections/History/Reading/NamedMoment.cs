namespace Qubes.Cqrs.Projections;

/// <summary>A moment as a user's text names it, before the log was asked.</summary>
public abstract record NamedMoment
{
    /// <summary>The newest.</summary>
    public sealed record Head : NamedMoment;

    /// <summary>A position.</summary>
    public sealed record Position(long Value) : NamedMoment;

    /// <summary>A time.</summary>
    public sealed record Time(DateTimeOffset Value) : NamedMoment;

    /// <summary>A word that may be the name of a mark.</summary>
    public sealed record Mark(string Name) : NamedMoment;
}
