using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What a caller may learn: one policy and one state, so that all of a reply is judged alike.</summary>
/// <param name="caller">The caller.</param>
/// <param name="policy">The policy; null for dom0, which may learn everything.</param>
/// <param name="system">The qubes; null for dom0.</param>
internal readonly struct CallerRights(Qube caller, PolicyState? policy, IPolicySystem? system)
{
    /// <summary>Whether nobody need be asked.</summary>
    internal bool AreWhole => policy is null;

    /// <summary>Whether the caller may make a call about a qube. A question to the user counts as no.</summary>
    internal bool May(string method, string argument, Qube target) => May(method, argument, target.Name);

    /// <summary>Whether the caller may see a qube in a list.</summary>
    internal bool MayList(Qube qube) => May("admin.vm.List", "", qube);

    /// <summary>Whether the caller may hear of something; a colon cannot stand in an argument.</summary>
    internal bool MayHear(Announcement announcement) =>
        May("admin.Events", announcement.Event.Replace(':', '_'), SubjectOf(announcement));

    private bool May(string method, string argument, string target) => policy is null || system is null ||
        policy.Judge(system, new PolicyRequest(method, "+" + argument, caller.Name, target)).Verdict is PolicyAllowed;

    private static string SubjectOf(Announcement announcement)
    {
        if (announcement.Subject is not null)
        {
            return announcement.SubjectName;
        }

        foreach (var argument in announcement.Arguments)
        {
            if (argument.Key == "vm")
            {
                return argument.Value;
            }
        }

        return PolicyTokens.AdminVm;
    }
}
