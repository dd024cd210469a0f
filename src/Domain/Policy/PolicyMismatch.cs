namespace Qubes.Cqrs.Domain;

/// <summary>What of a rule does not fit a call.</summary>
public enum PolicyMismatch
{
    /// <summary>Nothing: the rule decides.</summary>
    None,

    /// <summary>It is about another service.</summary>
    Service,

    /// <summary>It is about another argument.</summary>
    Argument,

    /// <summary>It is about other callers.</summary>
    Source,

    /// <summary>It is about other targets.</summary>
    Target,

    /// <summary>The original cannot tell and breaks off; so nothing is allowed.</summary>
    Breakdown,
}
