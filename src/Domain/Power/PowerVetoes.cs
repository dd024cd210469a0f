namespace Qubes.Cqrs.Domain;

/// <summary>Asks all reactions whether a qube may be started or shut down.</summary>
/// <remarks>Source: spec, lifecycle.md 3 and 5.</remarks>
public static class PowerVetoes
{
    /// <summary>Refuses a start.</summary>
    /// <exception cref="DomainException">A reaction has a reason against it.</exception>
    public static void CheckStart(Draft draft, QubeId id) =>
        draft.React(draft.World.Qube(id), static (reaction, draft, qube) => reaction.BeforeStart(draft, qube));

    /// <summary>Refuses a shutdown.</summary>
    /// <exception cref="DomainException">A reaction has a reason against it.</exception>
    public static void CheckShutdown(Draft draft, Shutdown shutdown) =>
        draft.React(shutdown, static (reaction, draft, shutdown) => reaction.BeforeShutdown(draft, shutdown));
}
