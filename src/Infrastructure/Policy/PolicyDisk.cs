using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The files of the policy on the disk.</summary>
/// <remarks>
/// A folder is watched before it is read, so nothing that changes meanwhile is missed. Links are followed, as the original does; what is neither a file nor a
/// folder is never opened.
/// </remarks>
public sealed class PolicyDisk(RootedPaths paths) : IPolicyDisk, IDisposable
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int LongestFile = 1 << 20;

    private const int MostNames = 10_000;

    private readonly ChangeNotices notices = new();

    /// <inheritdoc/>
    public bool TakeChange() => notices.Take();

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string folder)
    {
        var onDisk = paths.OnDisk(folder);
        notices.Watch(onDisk);
        try
        {
            return Directory.Exists(onDisk)
                ? [.. Directory.EnumerateFileSystemEntries(onDisk).Take(MostNames).Select(path => PolicyPaths.NameOf(path))]
                : null;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public PolicyFile Find(string path)
    {
        var onDisk = paths.OnDisk(path);
        notices.Watch(PolicyPaths.FolderOf(onDisk));
        try
        {
            var real = RealPath(onDisk);
            return real is null ? PolicyFile.Missing : Read(real) with { RealPath = real == onDisk ? null : paths.OfProduct(real) };
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return PolicyFile.Unreadable(reason.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => notices.Dispose();

    /// <summary>Reads what lies at a path of the disk, whatever it is.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static PolicyFile Read(string onDisk)
    {
        switch (Posix.FindKind(onDisk))
        {
            case null:
                return PolicyFile.Missing;
            case FileStatus.Folder:
                return PolicyFile.Folder;
            case FileStatus.Regular:
                break;
            default:
                return PolicyFile.Other;
        }

        using var file = new FileStream(onDisk, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > LongestFile)
        {
            return PolicyFile.Unreadable($"the file has more than {LongestFile} bytes");
        }

        var bytes = new byte[file.Length];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Utf8Text.TryDecode(bytes.AsSpan(0, length), out var text) ? PolicyFile.Of(text) : PolicyFile.Unreadable(text);
    }

    private string? RealPath(string onDisk)
    {
        if (new FileInfo(onDisk).LinkTarget is null)
        {
            return onDisk;
        }

        var real = Target(onDisk);
        notices.Watch(PolicyPaths.FolderOf(real ?? onDisk));
        return File.Exists(real) || Directory.Exists(real) ? real : null;
    }

    // Links that lead in a circle lead nowhere.
    private static string? Target(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
