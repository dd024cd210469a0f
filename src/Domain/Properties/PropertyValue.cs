using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Domain;

/// <summary>A property's value: its kind and its canonical text, or none.</summary>
/// <param name="Kind">The type.</param>
/// <param name="Text">Text as it is; integers in decimal; <c>True</c>/<c>False</c>; a qube's UUID; a label's index; null for none.</param>
/// <remarks>References hold ids, never names: a name says nothing once its qube is gone.</remarks>
public sealed record PropertyValue(PropertyKind Kind, string? Text)
{
    /// <summary>The truth value true.</summary>
    public static readonly PropertyValue True = new(PropertyKind.Boolean, "True");

    /// <summary>The truth value false.</summary>
    public static readonly PropertyValue False = new(PropertyKind.Boolean, "False");

    /// <summary>The empty text.</summary>
    public static readonly PropertyValue EmptyText = new(PropertyKind.Text, "");

    /// <summary>No text.</summary>
    public static readonly PropertyValue NoText = new(PropertyKind.Text, null);

    /// <summary>No number.</summary>
    public static readonly PropertyValue NoInteger = new(PropertyKind.Integer, null);

    /// <summary>No qube.</summary>
    public static readonly PropertyValue NoQube = new(PropertyKind.Qube, null);

    /// <summary>dom0.</summary>
    public static readonly PropertyValue Dom0 = new(PropertyKind.Qube, QubeId.Dom0.ToString());

    /// <summary>Whether there is no value, which the API shows as empty and events as <c>None</c>.</summary>
    [JsonIgnore]
    public bool IsNone => Text is null;

    /// <summary>Whether the value counts as true: a set truth value, a text that is not empty, a number other than 0, a reference.</summary>
    [JsonIgnore]
    public bool IsTruthy => Kind switch
    {
        PropertyKind.Boolean => Text == "True",
        PropertyKind.Integer => Text is not (null or "0"),
        PropertyKind.Text => !string.IsNullOrEmpty(Text),
        _ => Text is not null,
    };

    /// <summary>A text.</summary>
    public static PropertyValue Of(string text) => text.Length == 0 ? EmptyText : new PropertyValue(PropertyKind.Text, text);

    /// <summary>A number.</summary>
    public static PropertyValue Of(BigInteger number) => new(PropertyKind.Integer, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A truth value.</summary>
    public static PropertyValue Of(bool value) => value ? True : False;

    /// <summary>A qube.</summary>
    public static PropertyValue Of(QubeId id) => id == QubeId.Dom0 ? Dom0 : new PropertyValue(PropertyKind.Qube, id.ToString());

    /// <summary>A qube or none.</summary>
    public static PropertyValue Of(QubeId? id) => id is { } some ? Of(some) : NoQube;

    /// <summary>A label by its index.</summary>
    public static PropertyValue OfLabel(int index) => new(PropertyKind.Label, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>The referenced qube, or null.</summary>
    public QubeId? AsQube() => Kind == PropertyKind.Qube && Text is not null && QubeId.TryParse(Text, out var id) ? id : null;

    /// <summary>The number, or null.</summary>
    public BigInteger? AsInteger() => Kind == PropertyKind.Integer && Text is not null ? BigInteger.Parse(Text, CultureInfo.InvariantCulture) : null;

    /// <summary>The label's index, or null.</summary>
    public int? AsLabel() => Kind == PropertyKind.Label && Text is not null ? int.Parse(Text, CultureInfo.InvariantCulture) : null;
}
