namespace Qubes.Cqrs.Domain;

/// <summary>What a rule says of the calls that it matches.</summary>
public enum PolicyAction
{
    /// <summary>They are made.</summary>
    Allow,

    /// <summary>They are refused.</summary>
    Deny,

    /// <summary>The user chooses a target, or refuses.</summary>
    Ask,
}
