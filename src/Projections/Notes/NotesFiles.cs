using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Where the notes about a qube are written.</summary>
/// <remarks>Source: spec, qubes-xml 2: the notes are not in the store.</remarks>
public static class NotesFiles
{
    /// <summary>The file of a qube, or null for dom0 and for qubes on other hosts, which have none.</summary>
    public static string? PathOf(Qube qube, string baseFolder = QubeFolders.DefaultBase) =>
        QubeFolders.PathOf(qube, baseFolder) is { } folder ? folder + "/notes.txt" : null;
}
