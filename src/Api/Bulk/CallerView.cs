using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A state through the eyes of a caller: what it could learn call by call.</summary>
internal readonly struct CallerView(World world, CallerRights rights)
{
    /// <summary>The state.</summary>
    internal World World { get; } = world;

    /// <summary>Whether the caller sees all of it, so that nobody need be asked.</summary>
    internal bool IsWhole => rights.AreWhole;

    /// <summary>The qubes that the caller may list, in the order of the API.</summary>
    internal IEnumerable<Qube> Qubes()
    {
        var view = rights;
        return IsWhole ? World.InOrder() : World.InOrder().Where(qube => view.MayList(qube));
    }

    /// <summary>Whether the caller may make the standard call about a qube.</summary>
    internal bool May(string method, string argument, Qube target) => rights.May(method, argument, target);

    /// <summary>Whether the caller may make the standard call about the system.</summary>
    internal bool May(string method, string argument = "") => rights.May(method, argument, World.Dom0);
}
