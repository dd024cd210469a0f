namespace Qubes.Cqrs.Domain;

/// <summary>A property as data: its type, default, setter and flags.</summary>
/// <remarks>Source: spec, properties.yaml.</remarks>
public sealed record PropertyDefinition
{
    /// <summary>Its name on the wire.</summary>
    public required string Name { get; init; }

    /// <summary>The type of its values.</summary>
    public required PropertyKind Kind { get; init; }

    /// <summary>When it is loaded (2, 3 or 4); lists are sorted by this, then by name.</summary>
    public int Stage { get; init; } = 2;

    /// <summary>What its value is while none was set; null when there is nothing to read then.</summary>
    public Func<World, Qube?, PropertyValue?>? Default { get; init; }

    /// <summary>Whether the default counts as no default at all, so that <c>GetDefault</c> is empty.</summary>
    public bool HasDefault => Default is not null;

    /// <summary>Turns the text of a client, already known to be ASCII, into a value.</summary>
    public required Func<PropertyInput, PropertyValue> Parse { get; init; }

    /// <summary>Checks and adjusts a parsed value; refuses by throwing.</summary>
    public Func<PropertyInput, PropertyValue, PropertyValue>? Accept { get; init; }

    /// <summary>Whether every attempt to set it is refused; also computed values, which are never saved.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the store holds an explicit value of it.</summary>
    public bool Saved => !ReadOnly;

    /// <summary>Whether creation alone sets it.</summary>
    public bool WriteOnce { get; init; }

    /// <summary>Whether a disposable takes the value over from its template.</summary>
    public bool IsTakenOver { get; init; } = true;

    /// <summary>The class of the qubes that have it; null for a global property. The catalogue sets it.</summary>
    public QubeClass? HolderClass { get; init; }

    /// <summary>What it means, in our own words, as plain text.</summary>
    public string Help => HelpRst.Replace("``", "", StringComparison.Ordinal);

    /// <summary>What it means, in our own words, as reStructuredText; the only markup is that of literals.</summary>
    public string HelpRst => PropertyHelp.Of(HolderClass, Name);

    /// <summary>The type as the API shows it.</summary>
    public string WireType => Kind switch
    {
        PropertyKind.Boolean => "bool",
        PropertyKind.Integer => "int",
        PropertyKind.Qube => "vm",
        PropertyKind.Label => "label",
        _ => "str",
    };
}

/// <summary>What a setter has to go by.</summary>
/// <param name="World">The state before.</param>
/// <param name="Holder">The qube; null for the global object.</param>
/// <param name="Property">The property.</param>
/// <param name="Text">The client's text.</param>
public sealed record PropertyInput(World World, Qube? Holder, PropertyDefinition Property, string Text)
{
    /// <summary>The holder as messages name it.</summary>
    public string HolderName => Holder?.Name ?? "Qubes";
}
