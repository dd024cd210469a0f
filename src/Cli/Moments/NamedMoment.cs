namespace Qubes.Cqrs.Cli;

/// <summary>A moment as a user's text names it, before the log was asked.</summary>
internal abstract record NamedMoment
{
    /// <summary>The newest.</summary>
    internal sealed record Head : NamedMoment;

    /// <summary>A position.</summary>
    internal sealed record Position(long Value) : NamedMoment;

    /// <summary>A time.</summary>
    internal sealed record Time(DateTimeOffset Value) : NamedMoment;

    /// <summary>A word that may be the name of a mark.</summary>
    internal sealed record Mark(string Name) : NamedMoment;
}
