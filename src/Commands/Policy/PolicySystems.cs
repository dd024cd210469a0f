using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The qubes as the policy sees them, for whatever state is asked for; what did not change since is kept.</summary>
/// <remarks>For any number of threads.</remarks>
public sealed class PolicySystems
{
    private WorldPolicySystem latest = new(World.Empty);

    /// <summary>The qubes of a state.</summary>
    public WorldPolicySystem Of(World world)
    {
        var known = Volatile.Read(ref latest);
        var system = known.At(world);
        if (!ReferenceEquals(system, known))
        {
            Volatile.Write(ref latest, system);
        }

        return system;
    }
}
