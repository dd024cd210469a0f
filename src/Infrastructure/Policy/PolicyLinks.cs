using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Where paths of the policy lead when links are followed, as paths of the product.</summary>
/// <param name="paths">Where everything lies.</param>
internal sealed class PolicyLinks(RootedPaths paths)
{
    /// <summary>The bytes that a name can have on Linux.</summary>
    internal const int MostNameBytes = 255;

    private const int MostLinks = 40; // as many as the kernel follows

    /// <summary>Follows them; nothing need lie where they lead. Links that lead in a circle lead nowhere: the path is as it was.</summary>
    /// <exception cref="PathTooLongException">No file can have that name.</exception>
    internal string Resolve(string path)
    {
        if (Encoding.UTF8.GetByteCount(Path.GetFileName(path)) > MostNameBytes)
        {
            throw new PathTooLongException($"the name is longer than {MostNameBytes} bytes: {path}");
        }

        var onDisk = paths.OnDisk(path);
        for (var followed = 0; followed < MostLinks; followed++)
        {
            var folder = RealPaths.Of(Path.GetDirectoryName(onDisk) ?? "/");
            onDisk = Path.Join(folder, Path.GetFileName(onDisk));
            if (new FileInfo(onDisk).LinkTarget is not { } target)
            {
                return OfProduct(onDisk);
            }

            onDisk = Path.GetFullPath(target, folder);
        }

        return path;
    }

    // What a link leads to outside of the root folder keeps its path, which is that of no file of the product.
    private string OfProduct(string onDisk)
    {
        var root = RealPaths.Of(paths.OnDisk("/")).TrimEnd('/');
        return onDisk.StartsWith(root + "/", StringComparison.Ordinal) ? onDisk[root.Length..] : onDisk;
    }
}
