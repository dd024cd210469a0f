using Microsoft.Win32.SafeHandles;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes files so that under their name there is either what was there before or the new one, whole, also after a power failure.</summary>
internal static class FileReplacement
{
    private const string Suffix = "~new";

    /// <summary>Makes a file beside its place, fills it, brings it to the disk and lets it take the place.</summary>
    internal static void Make(FolderHandle folder, string name, UnixFileMode mode, Action<SafeFileHandle, string> fill)
    {
        var temporary = name + Suffix;
        folder.Unlink(temporary);
        try
        {
            using var file = folder.Create(temporary, mode);
            fill(file, temporary);
            folder.Sync(file, temporary);
        }
        catch (Exception fault) when (fault is IOException or DomainException or OperationCanceledException)
        {
            folder.Abandon(temporary);
            throw;
        }

        folder.Rename(temporary, name);
        folder.Sync();
    }

    /// <summary>An empty file of a length.</summary>
    internal static void MakeSparse(FolderHandle folder, string name, UnixFileMode mode, long sizeBytes) =>
        Make(folder, name, mode, (file, temporary) => folder.Truncate(file, temporary, sizeBytes));

    /// <summary>Gives a file one more name, in the place of what has it.</summary>
    internal static void MakeLink(FolderHandle from, string name, FolderHandle folder, string newName)
    {
        var source = from.Find(name) ?? throw new FileNotFoundException($"there is no {from.Path}/{name}");
        var temporary = newName + Suffix;
        folder.Unlink(temporary);
        if (folder.Find(newName)?.IsSameFile(source) == true)
        {
            return; // renaming one name of a file to another one of it does nothing
        }

        folder.Link(from, name, temporary);
        folder.Rename(temporary, newName);
        folder.Sync();
    }

    /// <summary>Whether only an interrupted operation can have left a name behind: <c>NAME.img~…</c>, the original's included.</summary>
    internal static bool IsLeftOver(string name) => name.IndexOf(".img", StringComparison.Ordinal) is > 0 and var end && name.IndexOf('~', end) > 0;
}
