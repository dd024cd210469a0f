namespace Qubes.Cqrs.Projections;

/// <summary>One setting of a subject, as it is shown and compared.</summary>
/// <param name="Kind">What sort of setting it is.</param>
/// <param name="Name">Its name among those of its kind; empty where there is only one.</param>
/// <param name="Value">The value, qubes and labels by name; several lines for rules and notes; null for none.</param>
public sealed record Setting(SettingKind Kind, string Name, string? Value)
{
    /// <summary>Whether nobody set it: it follows from other settings and from the host.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Its name with its kind, as <c>feature gui</c>; a property's is its name alone.</summary>
    public string Label => LabelOf(Kind, Name);

    /// <summary>The name of a setting with its kind.</summary>
    public static string LabelOf(SettingKind kind, string name) => kind switch
    {
        SettingKind.Property or SettingKind.Identity or SettingKind.Fact => name,
        _ when name.Length == 0 => WordOf(kind),
        _ => WordOf(kind) + " " + name,
    };

    /// <summary>A kind in one word, as <c>--json</c> spells it.</summary>
    public static string WordOf(SettingKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>What sort of setting something is, in the order in which they are shown.</summary>
public enum SettingKind
{
    /// <summary>What makes it this subject and no other: its class, a pool's driver.</summary>
    Identity,

    /// <summary>A property.</summary>
    Property,

    /// <summary>A feature.</summary>
    Feature,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>A device that is assigned.</summary>
    Device,

    /// <summary>The rules of the firewall, one a line.</summary>
    Firewall,

    /// <summary>The notes.</summary>
    Notes,

    /// <summary>An attribute of a volume.</summary>
    Volume,

    /// <summary>The text of a file of the policy.</summary>
    Policy,

    /// <summary>An attribute of a pool or a label, or a fact of the host, or what else is known of a path of the policy.</summary>
    Fact,

    /// <summary>How a run of a qube stands: no configuration.</summary>
    Run,

    /// <summary>A name that a user gave a position: no configuration.</summary>
    Mark,
}
