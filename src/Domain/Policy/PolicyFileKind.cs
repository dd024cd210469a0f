namespace Qubes.Cqrs.Domain;

/// <summary>What lies at a path of the policy.</summary>
public enum PolicyFileKind
{
    /// <summary>Nothing, or a link to nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A device, a socket or a pipe.</summary>
    Other,
}
