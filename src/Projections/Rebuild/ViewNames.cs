namespace Qubes.Cqrs.Projections;

/// <summary>The views of the log, as they are named to have one rebuilt.</summary>
public static class ViewNames
{
    /// <summary>The state that answers reads.</summary>
    public const string World = "world";

    /// <summary>The store, and the full one beside the journal of disposables.</summary>
    public const string QubesXml = "qubes.xml";

    /// <summary><c>firewall.xml</c> and <c>notes.txt</c> of every qube.</summary>
    public const string QubeFiles = "qube-files";

    /// <summary>The databases of running qubes.</summary>
    public const string QubesDb = "qubesdb";

    /// <summary>The snapshots of the state.</summary>
    public const string Snapshots = "snapshots";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [World, QubesXml, QubeFiles, QubesDb, Snapshots];
}
