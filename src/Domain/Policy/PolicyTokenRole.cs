namespace Qubes.Cqrs.Domain;

/// <summary>Where a word that stands for qubes may stand.</summary>
public enum PolicyTokenRole
{
    /// <summary>The caller in a rule.</summary>
    Source,

    /// <summary>The target in a rule.</summary>
    Target,

    /// <summary><c>target=</c> and <c>default_target=</c>.</summary>
    Redirect,

    /// <summary>The target in a request.</summary>
    Intended,
}
