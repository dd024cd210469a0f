namespace Qubes.Cqrs.Api;

/// <summary>Whether a call concerns one qube or the system; decides which policy file admits it.</summary>
public enum MethodScope
{
    /// <summary>Not classified: calls among the components of dom0.</summary>
    None,

    /// <summary>One qube.</summary>
    Local,

    /// <summary>The system.</summary>
    Global,
}
