namespace Qubes.Cqrs.Infrastructure;

/// <summary>Maps the product's absolute paths to where they lie on disk: below a root folder, or as they are.</summary>
/// <param name="root">The folder; null for <c>/</c>.</param>
public sealed class RootedPaths(string? root)
{
    private readonly string? root = root is null || Path.GetFullPath(root) == "/" ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Where a path of the product lies on disk; <c>/var/run</c> is <c>/run</c>.</summary>
    /// <exception cref="ArgumentException">The path is relative, or leads upwards.</exception>
    public string OnDisk(string path)
    {
        if (!path.StartsWith('/') || path.Split('/').Contains(".."))
        {
            throw new ArgumentException($"an absolute path without '..' was expected: {path}", nameof(path));
        }

        var real = path == "/var/run" || path.StartsWith("/var/run/", StringComparison.Ordinal) ? path["/var".Length..] : path;
        return root is null ? real : Path.Join(root, real);
    }

    /// <summary>What the product calls a path on disk; one that does not lie below the root as it is.</summary>
    public string OfProduct(string onDisk) =>
        root is not null && onDisk.StartsWith(root + "/", StringComparison.Ordinal) ? onDisk[root.Length..] : onDisk;
}
