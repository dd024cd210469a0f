using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the files of qubes hold.</summary>
public static class QubeFiles
{
    /// <summary>Every kind.</summary>
    public static readonly EquatableArray<QubeFileKind> Kinds = [QubeFileKind.Firewall, QubeFileKind.Notes];

    /// <summary>Where a file of a qube lies; null for dom0 and for qubes on other hosts, which have none.</summary>
    public static string? PathOf(Qube qube, QubeFileKind kind) => kind == QubeFileKind.Firewall ? FirewallFile.PathOf(qube) : NotesFiles.PathOf(qube);

    /// <summary>What a file has to hold; null when nothing is set, so that there is none.</summary>
    public static ReadOnlyMemory<byte>? Content(Qube qube, QubeFileKind kind)
    {
        // A null array would become an empty memory, not none.
        switch (kind)
        {
            case QubeFileKind.Firewall when qube.Firewall is { } rules:
                return FirewallFile.Write(rules);
            case QubeFileKind.Notes when qube.Notes.Length > 0:
                return Encoding.UTF8.GetBytes(qube.Notes);
            default:
                return null;
        }
    }
}
