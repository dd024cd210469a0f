namespace Qubes.Cqrs.Domain;

/// <summary>An option that a pool driver takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its text means.</param>
/// <param name="Default">What holds when it is not given; null for a required one.</param>
public sealed record PoolOption(string Name, PoolOptionKind Kind, string? Default)
{
    /// <summary>Whether it has to be given.</summary>
    public bool IsRequired => Default is null;
}

/// <summary>What the text of a pool option means.</summary>
public enum PoolOptionKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A truth value in any of its spellings.</summary>
    Truth,

    /// <summary>A truth value of which few spellings are taken: <c>True 1 on</c>, <c>False 0 off</c> and nothing.</summary>
    StrictTruth,
}
