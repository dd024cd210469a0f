using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Domain;

/// <summary>Identifies a qube for ever: its UUID, which a rename or a reuse of its name does not change.</summary>
/// <remarks>dom0 has the all-zero UUID. Source: spec, wire protocol 2.1.</remarks>
[JsonConverter(typeof(QubeIdJsonConverter))]
public readonly record struct QubeId(Guid Value)
{
    /// <summary>The administration domain.</summary>
    public static readonly QubeId Dom0 = new(Guid.Empty);

    /// <summary>Reads the lower-case form with hyphens; false for anything else.</summary>
    public static bool TryParse(string? text, out QubeId id)
    {
        if (Guid.TryParseExact(text, "D", out var value) && string.Equals(text, value.ToString("D"), StringComparison.Ordinal))
        {
            id = new QubeId(value);
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>The lower-case form with hyphens.</summary>
    public override string ToString() => Value.ToString("D", CultureInfo.InvariantCulture);
}

/// <summary>Writes a <see cref="QubeId"/> as a plain string.</summary>
public sealed class QubeIdJsonConverter : JsonConverter<QubeId>
{
    /// <inheritdoc/>
    public override QubeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, QubeId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
