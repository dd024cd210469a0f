using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A state as a caller saw it, in parts of JSON: one per group of facts about the system, one per qube.</summary>
/// <remarks>A part that did not change is the same array as in the state before, so that many clients at many positions share them.</remarks>
internal sealed class StateParts
{
    private const int RoomForName = 64;

    private StateParts(World world, Dictionary<string, byte[]> groups, Dictionary<QubeId, byte[]> qubes) =>
        (World, Groups, Qubes) = (world, groups, qubes);

    /// <summary>The state that it shows.</summary>
    internal World World { get; }

    /// <summary>The groups of facts about the system by name.</summary>
    internal IReadOnlyDictionary<string, byte[]> Groups { get; }

    /// <summary>The qubes.</summary>
    internal IReadOnlyDictionary<QubeId, byte[]> Qubes { get; }

    /// <summary>What a client knows that cannot rely on anything it has.</summary>
    internal static StateParts Nothing(World world) => new(world, [], []);

    /// <summary>Writes every part, and keeps those of an earlier state that are equal.</summary>
    internal static StateParts Of(CallerView view, StateParts? earlier)
    {
        using var buffer = new ReplyWriter();
        using var json = StateJson.Writer(buffer);
        var groups = new Dictionary<string, byte[]>();
        foreach (var (name, method, write) in StateJson.Groups)
        {
            if (view.May(method))
            {
                groups.Add(name, Take(buffer, json, earlier?.Groups.GetValueOrDefault(name), () => write(json, view)));
            }
        }

        var qubes = new Dictionary<QubeId, byte[]>(view.World.Qubes.Count);
        foreach (var qube in view.Qubes())
        {
            qubes.Add(qube.Id, Take(buffer, json, earlier?.Qubes.GetValueOrDefault(qube.Id), () => QubeJson.Write(json, view, qube)));
        }

        return new StateParts(view.World, groups, qubes);
    }

    /// <summary>Writes the whole state: docs/bulk-read.md has its form.</summary>
    internal void WriteTo(ReplyWriter reply)
    {
        reply.GetSpan(Groups.Values.Concat(Qubes.Values).Sum(part => part.Length + RoomForName)); // at once, rather than growing into it
        reply.Append("{\"format\":"u8).Append(StateJson.Format).Append(",\"position\":"u8).Append(World.Position.Value);
        foreach (var (name, part) in Groups)
        {
            reply.Append(",\""u8).Append(name).Append("\":"u8).Append(part);
        }

        reply.Append(",\"qubes\":{"u8);
        var separator = "\""u8;
        foreach (var (id, part) in Qubes)
        {
            reply.Append(separator).Append(id.ToString()).Append("\":"u8).Append(part);
            separator = ",\""u8;
        }

        reply.Append("}}"u8);
    }

    private static byte[] Take(ReplyWriter buffer, Utf8JsonWriter json, byte[]? earlier, Action write)
    {
        buffer.Clear();
        json.Reset();
        write();
        json.Flush();
        var part = buffer.Written.Span;
        return earlier is not null && part.SequenceEqual(earlier) ? earlier : part.ToArray();
    }
}
