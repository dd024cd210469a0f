namespace Qubes.Cqrs.Api;

/// <summary>Whether a call carries an argument or a payload.</summary>
public enum Presence
{
    /// <summary>It must be empty.</summary>
    Forbidden,

    /// <summary>It may be empty.</summary>
    Optional,

    /// <summary>It must not be empty.</summary>
    Required,
}
