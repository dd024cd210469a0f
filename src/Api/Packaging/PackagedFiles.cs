namespace Qubes.Cqrs.Api;

/// <summary>The files to install that are written from the method table; the others beside them are written by hand.</summary>
/// <remarks>
/// To bring those of the repository up to date: <c>dotnet run --project src/Api -- packaged-files packaging</c>. Tests fail when one is stale, missing or superfluous.
/// </remarks>
internal static class PackagedFiles
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<PackagedFile> All { get; } = [.. PackagedServices.Links, .. PackagedPolicy.Files];

    /// <summary>Writes them, and removes links to the socket that are not among them any more.</summary>
    /// <param name="folder">What stands for <c>/</c>.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    internal static void Write(string folder)
    {
        var links = Directory.CreateDirectory(Path.Combine(folder, PackagedServices.Folder)).EnumerateFiles().Where(file => file.LinkTarget == PackagedServices.Socket);
        foreach (var link in links.ToList())
        {
            link.Delete();
        }

        foreach (var file in All)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // it has one: it lies below the folder
            if (file.IsLink)
            {
                File.CreateSymbolicLink(path, file.Content);
            }
            else
            {
                File.WriteAllText(path, file.Content);
            }
        }
    }
}
