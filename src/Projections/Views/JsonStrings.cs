using System.Text.Json;

namespace Qubes.Cqrs.Projections;

/// <summary>Writes texts as an array of JSON.</summary>
public static class JsonStrings
{
    /// <summary>Adds a member that is an array of texts.</summary>
    /// <param name="json">What is written; it stands in an object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="texts">The texts.</param>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
