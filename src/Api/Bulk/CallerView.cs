using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A state through the eyes of a caller: what it could learn call by call.</summary>
internal readonly struct CallerView(World world, Qube caller)
{
    /// <summary>The state.</summary>
    internal World World { get; } = world;

    /// <summary>Whether the caller sees all of it, so that nobody need be asked.</summary>
    internal bool IsWhole { get; } = caller.IsDom0;

    /// <summary>The qubes that the caller may list, in the order of the API.</summary>
    internal IEnumerable<Qube> Qubes()
    {
        var view = this;
        return IsWhole ? World.InOrder() : World.InOrder().Where(view.MayList);
    }

    /// <summary>Whether the caller may make the standard call about a qube.</summary>
    internal bool May(string method, string argument, Qube target) => IsWhole || CallPolicy.MayCall(caller, method, argument, target);

    /// <summary>Whether the caller may make the standard call about the system.</summary>
    internal bool May(string method, string argument = "") => IsWhole || CallPolicy.MayCall(caller, method, argument, World.Dom0);

    private bool MayList(Qube qube) => CallPolicy.MayList(caller, qube);
}
