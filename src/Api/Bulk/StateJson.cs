using System.Buffers;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Writes the parts of the state as JSON: objects by name, so that parts can be replaced one by one; never a null.</summary>
/// <remarks>Format: docs/bulk-read.md. Text that is not ASCII is escaped, so the JSON also fits into EVENT messages.</remarks>
internal static class StateJson
{
    /// <summary>The version of the format.</summary>
    internal const int Format = 1;

    /// <summary>The groups of facts about the system that the caller may know, each with what writes it.</summary>
    internal static readonly (string Name, string Method, Action<Utf8JsonWriter, CallerView> Write)[] Groups =
    [
        ("properties", "admin.property.GetAll", (json, view) => PropertyJson.Write(json, view, null)),
        ("labels", "admin.label.List", WriteLabels),
        ("pools", "admin.pool.List", WritePools),
    ];

    /// <summary>A writer of JSON that goes into a reply; what is written through it is our own, so it is not validated again.</summary>
    internal static Utf8JsonWriter Writer(IBufferWriter<byte> output) => new(output, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Writes texts by name; of two of one name the last.</summary>
    internal static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<NamedText> texts)
    {
        json.WriteStartObject(name);
        foreach (var same in texts.GroupBy(text => text.Name))
        {
            json.WriteString(same.Key, same.Last().Value);
        }

        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, CallerView view)
    {
        json.WriteStartObject();
        foreach (var label in view.World.Labels.Values)
        {
            json.WriteStartObject(label.Name);
            if (view.May("admin.label.Index", label.Name))
            {
                json.WriteNumber("index", label.Index);
            }

            if (view.May("admin.label.Get", label.Name))
            {
                json.WriteString("color", label.Color);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePools(Utf8JsonWriter json, CallerView view)
    {
        json.WriteStartObject();
        foreach (var pool in view.World.Pools)
        {
            json.WriteStartObject(pool.Name);
            if (view.May("admin.pool.Info", pool.Name))
            {
                json.WriteString("driver", pool.Driver);
                WriteTexts(json, "config", pool.Config.Where(entry => entry.Name is not ("name" or "driver")));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
