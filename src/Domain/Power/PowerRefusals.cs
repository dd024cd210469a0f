namespace Qubes.Cqrs.Domain;

/// <summary>The refusals that the rules of power share.</summary>
/// <remarks>Source: spec, lifecycle.md 1 and 5.</remarks>
public static class PowerRefusals
{
    /// <summary>The qube is off.</summary>
    public static QubeNotStartedException NotStarted(Qube qube) => new($"Domain is powered off: {PythonText.Repr(qube.Name)}");

    /// <summary>The qube is off or paused.</summary>
    public static QubeNotRunningException NotRunning(Qube qube) =>
        new($"Domain not running (either powered off or paused): {PythonText.Repr(qube.Name)}");

    /// <summary>The qube is not paused.</summary>
    public static QubeNotPausedException NotPaused(Qube qube) => new($"Domain is not paused: {PythonText.Repr(qube.Name)}");

    /// <summary>Refuses what dom0 and remote qubes cannot do.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="verb">What was asked, in the infinitive.</param>
    /// <exception cref="QubeErrorException">It is dom0 or a remote qube.</exception>
    public static void CheckHasPower(Qube qube, string verb)
    {
        if (qube.IsDom0)
        {
            throw new QubeErrorException($"Cannot {verb} Dom0 fake domain!");
        }

        if (!qube.IsLocal)
        {
            throw new QubeErrorException($"Cannot {verb} a RemoteVM.");
        }
    }
}
