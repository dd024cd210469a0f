namespace Qubes.Cqrs.Domain;

/// <summary>A folder whose files can be changed through calls.</summary>
/// <remarks>Source: spec, policy 5.</remarks>
public sealed class PolicyFolder
{
    /// <summary>That of the calls <c>policy.*</c>.</summary>
    public static readonly PolicyFolder Main = new(PolicyLocations.Permanent, ".policy");

    /// <summary>That of the calls <c>policy.include.*</c>.</summary>
    public static readonly PolicyFolder Includes = new(PolicyLocations.Includes, "");

    private PolicyFolder(string path, string suffix) => (Path, Suffix) = (path, suffix);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>What the names of its files end in, which calls leave out.</summary>
    public string Suffix { get; }

    /// <summary>The path of a file that a caller names.</summary>
    /// <exception cref="InvalidPolicyFileNameException">No file can have that name.</exception>
    public string PathOf(string untrustedName) =>
        untrustedName.Length > 0 && untrustedName.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? $"{Path}/{untrustedName}{Suffix}"
            : throw new InvalidPolicyFileNameException(untrustedName);

    /// <summary>How calls name a file in it; null for a file elsewhere.</summary>
    public string? NameOf(string path) =>
        PolicyPaths.FolderOf(path) == Path && path.EndsWith(Suffix, StringComparison.Ordinal) ? PolicyPaths.NameOf(path)[..^Suffix.Length] : null;
}
