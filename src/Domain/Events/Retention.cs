namespace Qubes.Cqrs.Domain;

/// <summary>How long an event is kept.</summary>
public enum Retention
{
    /// <summary>For ever.</summary>
    Configuration,

    /// <summary>As long as the configuration says: starts, stops, attachments, observations.</summary>
    Activity,

    /// <summary>Never on a persistent disk: everything about a disposable.</summary>
    Ephemeral,
}
