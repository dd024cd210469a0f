using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What callers other than dom0 may learn of others: what the policy would let them ask.</summary>
/// <param name="policy">The policy in force.</param>
/// <param name="systems">The qubes as the policy sees them.</param>
/// <remarks>Source: spec, extensions 1, the rows of <c>admin.vm.List</c> and <c>admin.Events</c>.</remarks>
internal sealed class CallPolicy(Func<PolicyState> policy, PolicySystems systems)
{
    /// <summary>Where there is no policy, nobody but dom0 learns anything.</summary>
    internal static readonly CallPolicy None = new(static () => new PolicyState(PolicyRules.None, null, null), new PolicySystems());

    /// <summary>What a caller may learn of a state, by the policy of this moment.</summary>
    internal CallerRights Of(World world, Qube caller) =>
        caller.IsDom0 ? new CallerRights(caller, null, null) : new CallerRights(caller, policy(), systems.Of(world));

    /// <summary>Whether a caller may hear of an announcement; null when it may of all.</summary>
    /// <remarks>A qube that comes or goes is judged as it was known before; recorded (25-events-0042, 0107).</remarks>
    internal Func<Moment, Announcement, bool>? EventFilter(Qube caller) => caller.IsDom0
        ? null
        : (moment, announcement) => Of(announcement.Subject is null ? moment.Before : moment.After, caller).MayHear(announcement);
}
