namespace Qubes.Cqrs.Projections;

/// <summary>The kinds of files that every qube has in its folder.</summary>
public enum QubeFileKind
{
    /// <summary><c>firewall.xml</c>.</summary>
    Firewall,

    /// <summary><c>notes.txt</c>.</summary>
    Notes,
}
