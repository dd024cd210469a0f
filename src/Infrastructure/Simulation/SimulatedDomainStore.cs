using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps the domains of a simulated host in a file, so that they outlive the daemon.</summary>
/// <param name="file">The file.</param>
public sealed class SimulatedDomainStore(string file)
{
    /// <summary>The domains as they were left; none when there is no file.</summary>
    internal SimulatedDomains Load()
    {
        if (!File.Exists(file))
        {
            return new SimulatedDomains();
        }

        var saved = JsonSerializer.Deserialize(File.ReadAllBytes(file), SimulationJson.Default.Saved) ?? new Saved(0, [], []);
        return new SimulatedDomains
        {
            LastXid = saved.LastXid,
            Defined = saved.Defined.ToDictionary(definition => definition.Qube),
            Active = saved.Active.ToDictionary(domain => domain.Definition.Qube),
        };
    }

    /// <summary>Writes them down; the file is whole at every moment.</summary>
    internal void Save(SimulatedDomains domains)
    {
        var saved = new Saved(domains.LastXid, [.. domains.Defined.Values], [.. domains.Active.Values]);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(saved, SimulationJson.Default.Saved));
        File.Move(file + ".new", file, overwrite: true);
    }

    internal sealed record Saved(int LastXid, SimulatedDefinition[] Defined, SimulatedDomain[] Active);
}

/// <summary>The generated JSON code of the simulation's file.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(SimulatedDomainStore.Saved))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<string>))]
internal sealed partial class SimulationJson : JsonSerializerContext;
