using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What callers other than dom0 may learn of others.</summary>
/// <remarks>The policy is not evaluated yet: until it is, only dom0 learns anything that a policy would have to allow. docs/status.md says so.</remarks>
internal static class CallPolicy
{
    /// <summary>Whether the caller may see the qube in a list.</summary>
    internal static bool MayList(Qube caller) => caller.IsDom0;

    /// <summary>What the caller may hear; null means everything.</summary>
    internal static Func<Announcement, bool>? EventFilter(Qube caller) => caller.IsDom0 ? null : static _ => false;
}
