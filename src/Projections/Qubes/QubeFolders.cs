using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Where the files of a qube lie in dom0.</summary>
public static class QubeFolders
{
    /// <summary>The folder of the system.</summary>
    public const string DefaultBase = "/var/lib/qubes";

    /// <summary>The folder that holds the qubes of a class.</summary>
    public static string Kind(QubeClass @class) => @class == QubeClass.TemplateVM ? "vm-templates" : "appvms";

    /// <summary>The folder of a qube, or null for dom0 and for qubes on other hosts, which have none.</summary>
    /// <exception cref="ArgumentException">The qube's name is no file name: it would lead elsewhere.</exception>
    public static string? PathOf(Qube qube, string baseFolder = DefaultBase)
    {
        if (qube.IsDom0 || !qube.IsLocal)
        {
            return null;
        }

        return qube.Name is "" or "." or ".." || qube.Name.AsSpan().ContainsAny('/', '\0')
            ? throw new ArgumentException($"a qube cannot have files under the name {PythonText.Repr(qube.Name)}", nameof(qube))
            : $"{baseFolder}/{Kind(qube.Class)}/{qube.Name}";
    }
}
