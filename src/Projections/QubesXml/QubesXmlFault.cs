namespace Qubes.Cqrs.Projections;

/// <summary>Why a store cannot be read.</summary>
public enum QubesXmlFault
{
    /// <summary>It is not well-formed XML, or not a store at all.</summary>
    Malformed,

    /// <summary>It is larger or deeper than any store.</summary>
    TooLarge,

    /// <summary>Something that every entry needs is missing.</summary>
    Missing,

    /// <summary>Two entries claim the same name or number.</summary>
    Duplicate,

    /// <summary>A class of qubes that does not exist.</summary>
    UnknownClass,

    /// <summary>A property that its object does not have, or that cannot be set.</summary>
    UnknownProperty,

    /// <summary>A value that its property or attribute does not take.</summary>
    InvalidValue,

    /// <summary>A qube or a label that is not in the store.</summary>
    DanglingReference,
}
