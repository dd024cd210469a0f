using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The policy that is in force: that of the disk, read again as soon as something changed there.</summary>
/// <remarks>Source: spec, policy 1, the row of reloading. For any number of threads.</remarks>
public sealed class PolicyInForce(IPolicyDisk disk, PolicyLocations locations)
{
    private readonly Lock reading = new();
    private PolicyState? latest;

    /// <summary>Where the policy lies.</summary>
    public PolicyLocations Locations { get; } = locations;

    /// <summary>The policy of this moment: a change of a file that was complete before this is asked is in it.</summary>
    public PolicyState Now()
    {
        lock (reading)
        {
            return latest = !disk.TakeChange() && latest is { } known ? known : PolicyState.Of(disk, Locations);
        }
    }
}
