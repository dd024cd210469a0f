namespace Qubes.Cqrs.Infrastructure;

/// <summary>Maps the product's absolute paths below a root folder.</summary>
public sealed class RootedPaths(string? root)
{
    /// <summary>Where a path of the product lies on disk.</summary>
    public string OnDisk(string path) => root is null ? path : Path.Join(root, path);
}
