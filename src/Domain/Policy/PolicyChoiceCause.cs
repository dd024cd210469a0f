namespace Qubes.Cqrs.Domain;

/// <summary>What changed the choices that a user is asked about.</summary>
public enum PolicyChoiceCause
{
    /// <summary>A rule adds or removes its targets; the rules are gone through from the last to the first.</summary>
    Rule,

    /// <summary><c>@dispvm</c> becomes a disposable of the caller's default template.</summary>
    DefaultDisposable,

    /// <summary>Qubes with the feature <c>internal</c> are not offered.</summary>
    Internal,

    /// <summary>The caller is not offered to itself.</summary>
    Caller,

    /// <summary>The rule has <c>autostart=no</c>.</summary>
    NotRunning,
}
