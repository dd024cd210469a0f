using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The files of dom0's services on the disk: empty, readable for everybody.</summary>
/// <remarks>Each file is made and removed at once, so nobody ever sees half a service. What is no empty file with the name of a service is left alone.</remarks>
public sealed class ServiceFolder(string path) : IServiceFolder
{
    private const UnixFileMode ReadableForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Searchable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <inheritdoc/>
    public void Show(IReadOnlySet<string> services)
    {
        Directory.CreateDirectory(path, ReadableForAll | Searchable);
        var there = new DirectoryInfo(path).EnumerateFileSystemInfos().ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var service in services.Where(service => !there.ContainsKey(service)))
        {
            Make(Path.Combine(path, service));
        }

        foreach (var file in there.Values.OfType<FileInfo>().Where(file => !services.Contains(file.Name) && IsOurs(file)))
        {
            file.Delete();
        }
    }

    private static bool IsOurs(FileInfo file) => file is { LinkTarget: null, Length: 0 } && Dom0Services.IsFileName(file.Name);

    /// <summary>Never opens what is there already, so it does not follow a link that somebody put there.</summary>
    private static void Make(string file) =>
        new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ReadableForAll }).Dispose();
}
