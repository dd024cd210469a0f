namespace Qubes.Cqrs.Domain;

/// <summary>What a check of a policy can find.</summary>
public enum PolicyFindingKind
{
    /// <summary>A line or a file cannot be read, so the whole policy is not used: every call is denied.</summary>
    Unusable,

    /// <summary>A rule can never decide, since an earlier one is about all that it is about.</summary>
    Shadowed,

    /// <summary>A word with the <c>$</c> of old files is taken for a name.</summary>
    OldWord,

    /// <summary>A name looks like a word that lacks its <c>@</c>, or is none that a qube can have.</summary>
    OddName,

    /// <summary>There is no class of that name.</summary>
    UnknownClass,

    /// <summary>There is no qube of that name.</summary>
    UnknownQube,

    /// <summary>Something that will not be read for ever, or is not read at all.</summary>
    Deprecated,
}
