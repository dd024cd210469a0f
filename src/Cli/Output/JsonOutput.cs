using System.Text.Json;

namespace Qubes.Cqrs.Cli;

/// <summary>What a verb says with <c>--json</c>: one indented object on standard output.</summary>
internal static class JsonOutput
{
    /// <summary>Writes an object whose members <paramref name="write"/> adds.</summary>
    internal static void Write(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }
}
