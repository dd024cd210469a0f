using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

internal sealed class PlainPolicyFiles(RootedPaths paths) : IPolicySource
{
    public PolicyFile Find(string path)
    {
        var onDisk = paths.OnDisk(path);
        if (Directory.Exists(onDisk)) return PolicyFile.Folder;
        if (!File.Exists(onDisk) || new FileInfo(onDisk).ResolveLinkTarget(true)?.Exists == false) return PolicyFile.Missing;
        var real = new FileInfo(onDisk).ResolveLinkTarget(true)?.FullName;
        return PolicyFile.Of(File.ReadAllText(onDisk)) with { RealPath = real is null ? null : real.StartsWith(paths.OnDisk("/")) ? real[(paths.OnDisk("/").Length - 1)..] : real };
    }

    public IReadOnlyCollection<string>? List(string folder) =>
        Directory.Exists(paths.OnDisk(folder)) ? [.. Directory.EnumerateFileSystemEntries(paths.OnDisk(folder)).Select(x => Path.GetFileName(x))] : null;
}
