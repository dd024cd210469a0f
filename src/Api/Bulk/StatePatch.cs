using System.Text.Json;

namespace Qubes.Cqrs.Api;

/// <summary>Writes what leads from one state to another as a merge patch: what is new or different as it is now, null for what is gone.</summary>
/// <remarks>JSON Merge Patch, RFC 7396. <c>format</c> and <c>position</c> are not part of it.</remarks>
internal static class StatePatch
{
    /// <summary>Writes the patch; false when it is empty.</summary>
    internal static bool Write(Utf8JsonWriter json, StateParts from, StateParts to)
    {
        json.WriteStartObject();
        var changed = Write(json, from.Groups, to.Groups, name => name);
        if (IsDifferent(from.Qubes, to.Qubes))
        {
            json.WriteStartObject("qubes");
            changed |= Write(json, from.Qubes, to.Qubes, id => id.ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return changed;
    }

    /// <summary>Writes the patch that leads from one JSON object to another.</summary>
    internal static void Write(Utf8JsonWriter json, JsonElement from, JsonElement to)
    {
        var old = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in from.EnumerateObject())
        {
            old[member.Name] = member.Value;
        }

        json.WriteStartObject();
        foreach (var member in to.EnumerateObject())
        {
            if (!old.Remove(member.Name, out var before))
            {
                member.WriteTo(json);
            }
            else if (before.ValueKind == JsonValueKind.Object && member.Value.ValueKind == JsonValueKind.Object)
            {
                if (!JsonElement.DeepEquals(before, member.Value))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, before, member.Value);
                }
            }
            else if (!JsonElement.DeepEquals(before, member.Value))
            {
                member.WriteTo(json);
            }
        }

        foreach (var gone in old.Keys)
        {
            json.WriteNull(gone);
        }

        json.WriteEndObject();
    }

    private static bool IsDifferent<TKey>(IReadOnlyDictionary<TKey, byte[]> from, IReadOnlyDictionary<TKey, byte[]> to) =>
        from.Count != to.Count || to.Any(part => !ReferenceEquals(from.GetValueOrDefault(part.Key), part.Value));

    // Parts that are the same array are equal; two arrays may still be, where they were written for different clients.
    private static bool Write<TKey>(
        Utf8JsonWriter json, IReadOnlyDictionary<TKey, byte[]> from, IReadOnlyDictionary<TKey, byte[]> to, Func<TKey, string> nameOf)
    {
        var changed = false;
        foreach (var (key, part) in to)
        {
            if (!from.TryGetValue(key, out var before))
            {
                json.WritePropertyName(nameOf(key));
                json.WriteRawValue(part, skipInputValidation: true);
                changed = true;
            }
            else if (!ReferenceEquals(before, part) && !before.AsSpan().SequenceEqual(part))
            {
                using var old = JsonDocument.Parse(before);
                using var now = JsonDocument.Parse(part);
                json.WritePropertyName(nameOf(key));
                Write(json, old.RootElement, now.RootElement);
                changed = true;
            }
        }

        foreach (var key in from.Keys)
        {
            if (!to.ContainsKey(key))
            {
                json.WriteNull(nameOf(key));
                changed = true;
            }
        }

        return changed;
    }
}
