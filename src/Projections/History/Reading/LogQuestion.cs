namespace Qubes.Cqrs.Projections;

/// <summary>Which events somebody wants to see, in the words of a user; whatever is null is no condition.</summary>
/// <remarks>The options of <c>qubes-history log</c>. <see cref="QuestionReader"/> finds out what they stand for.</remarks>
public sealed record LogQuestion
{
    /// <summary>A qube, also one that is gone, or a stream.</summary>
    public string? Qube { get; init; }

    /// <summary>An area.</summary>
    public string? Area { get; init; }

    /// <summary>A property that was changed.</summary>
    public string? Property { get; init; }

    /// <summary>A feature that was changed.</summary>
    public string? Feature { get; init; }

    /// <summary>Types of events, each an alias or the beginning of some and <c>*</c>; none is no condition.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The qube that called.</summary>
    public string? Caller { get; init; }

    /// <summary>The call, or the beginning of one and <c>*</c>.</summary>
    public string? Method { get; init; }

    /// <summary>A moment from which on.</summary>
    public string? Since { get; init; }

    /// <summary>A moment up to which.</summary>
    public string? Until { get; init; }

    /// <summary>A position from which on.</summary>
    public long? From { get; init; }

    /// <summary>A position up to which.</summary>
    public long? To { get; init; }

    /// <summary>A text that occurs in a value, a name, the call or the caller.</summary>
    public string? Text { get; init; }
}
