using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An open folder of a pool. Names are single names and links are never followed; each change is told to <paramref name="steps"/> first.</summary>
/// <param name="handle">The folder.</param>
/// <param name="path">Where it lies, for messages.</param>
/// <param name="steps">Hears of each change.</param>
internal sealed class FolderHandle(SafeFileHandle handle, string path, IStorageSteps steps) : IDisposable
{
    private const int FolderMode = 0b111_111_101; // 0775, as the folders of qubes have it
    private const int MostNames = 100_000;

    /// <summary>Where it lies, for messages.</summary>
    internal string Path => path;

    /// <summary>The bytes that are free on its file system.</summary>
    internal long FreeBytes => FileCalls.FreeBytes(handle) ?? throw FileFault.Last(path);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>Opens a folder by its path, in which links are followed; null when there is none.</summary>
    internal static FolderHandle? TryOpen(string path, IStorageSteps steps) => Opened(FileCalls.OpenFolder(path), path, steps);

    /// <summary>Opens a folder in this one; null when there is none.</summary>
    /// <exception cref="StorageRefusedException">There is a link or a file in its place.</exception>
    internal FolderHandle? TryOpen(string name) => Opened(FileCalls.OpenFolder(handle, name), At(name), steps);

    /// <summary>Opens a folder in this one, and makes it first when there is none.</summary>
    internal FolderHandle OpenOrMake(string name)
    {
        if (TryOpen(name) is { } there)
        {
            return there;
        }

        steps.Before($"mkdir {name}");
        if (FileCalls.MakeFolder(handle, name, FolderMode) != 0 && FileFault.Error != UnixError.Exists)
        {
            throw FileFault.Last(At(name));
        }

        Sync();
        return TryOpen(name) ?? throw new DirectoryNotFoundException($"{At(name)} went away");
    }

    /// <summary>Removes an empty folder; one that is not empty stays.</summary>
    internal void RemoveIfEmpty(string name)
    {
        steps.Before($"rmdir {name}");
        if (FileCalls.Unlink(handle, name, FileCalls.RemoveFolder) == 0)
        {
            Sync();
        }
        else if (FileFault.Error is not (UnixError.NotEmpty or UnixError.Exists or UnixError.NotFound))
        {
            throw FileFault.Last(At(name));
        }
    }

    /// <summary>Looks at a name of any kind; null when there is none.</summary>
    internal FileStatus? Look(string name) => FileCalls.Look(handle, name, out var status) == 0 ? status
        : FileFault.Error == UnixError.NotFound ? null : throw FileFault.Last(At(name));

    /// <summary>Looks at a file; null when there is none.</summary>
    /// <exception cref="StorageRefusedException">There is a link or something else in its place.</exception>
    internal FileStatus? Find(string name) => Look(name) is not { } status ? null : status.IsFile ? status : throw NoFile(name);

    /// <summary>The names in it.</summary>
    /// <exception cref="IOException">There are more than a pool can have.</exception>
    internal IReadOnlyList<string> Names()
    {
        // The kernel's name of the open folder: no path is looked up anew.
        var names = new DirectoryInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").EnumerateFileSystemInfos().Take(MostNames + 1)
            .Select(entry => entry.Name).ToList();
        GC.KeepAlive(handle);
        return names.Count <= MostNames ? names : throw new IOException($"{path} holds more than {MostNames} names");
    }

    /// <summary>Opens a file to read.</summary>
    internal SafeFileHandle OpenToRead(string name) => Checked(name, FileCalls.Open(handle, name, FileCalls.ReadOnly));

    /// <summary>Opens a file to change it in place.</summary>
    internal SafeFileHandle OpenToWrite(string name) => Checked(name, FileCalls.Open(handle, name, FileCalls.ReadWrite));

    /// <summary>Makes a file that was not there.</summary>
    internal SafeFileHandle Create(string name, UnixFileMode mode)
    {
        steps.Before($"create {name}");
        var made = Checked(name, FileCalls.Open(handle, name, FileCalls.ReadWrite | FileCalls.Create | FileCalls.Exclusive, (int)mode));
        if (FileCalls.ChangeMode(made, (uint)mode) == 0) // whatever the umask is
        {
            return made;
        }

        var error = FileFault.Error;
        made.Dispose();
        throw FileFault.Of(At(name), error);
    }

    /// <summary>Gives an open file another length; what is added is a hole.</summary>
    /// <exception cref="StorageRefusedException">The file system has no files of that length.</exception>
    internal void Truncate(SafeFileHandle file, string name, long sizeBytes)
    {
        steps.Before($"truncate {name}");
        if (FileCalls.Truncate(file, sizeBytes) != 0)
        {
            throw FileFault.Error is UnixError.TooBig or UnixError.Invalid
                ? new StorageRefusedException($"Cannot resize: no file can have {sizeBytes} bytes")
                : FileFault.Last(At(name));
        }
    }

    /// <summary>Is about to write to a file.</summary>
    internal void BeforeWrite(string name) => steps.Before($"write {name}");

    /// <summary>Brings an open file to the disk.</summary>
    internal void Sync(SafeFileHandle file, string name)
    {
        steps.Before($"fsync {name}");
        if (FileCalls.Sync(file) != 0)
        {
            throw FileFault.Last(At(name));
        }
    }

    /// <summary>Brings a file to the disk that somebody else wrote to.</summary>
    internal void Sync(string name)
    {
        using var file = OpenToRead(name);
        Sync(file, name);
    }

    /// <summary>Brings the names to the disk.</summary>
    internal void Sync() => Sync(handle, System.IO.Path.GetFileName(path));

    /// <summary>Gives a file another name, in the place of one that has it.</summary>
    internal void Rename(string name, string newName)
    {
        steps.Before($"rename {name} {newName}");
        if (FileCalls.Rename(handle, name, handle, newName) != 0)
        {
            throw FileFault.Last(At(name));
        }
    }

    /// <summary>Gives a file one more name here.</summary>
    internal void Link(FolderHandle from, string name, string newName)
    {
        steps.Before($"link {newName}");
        if (FileCalls.Link(from.Handle, name, handle, newName, 0) != 0)
        {
            throw FileFault.Last(At(newName));
        }
    }

    /// <summary>Removes a name that may be there.</summary>
    internal void Unlink(string name)
    {
        if (Look(name) is null)
        {
            return;
        }

        steps.Before($"unlink {name}");
        if (FileCalls.Unlink(handle, name, 0) != 0 && FileFault.Error != UnixError.NotFound)
        {
            throw FileFault.Last(At(name));
        }
    }

    /// <summary>Removes a name that this very operation made and cannot finish; not a step of its own.</summary>
    internal void Abandon(string name) => _ = FileCalls.Unlink(handle, name, 0);

    private SafeFileHandle Handle => handle;

    private static FolderHandle? Opened(SafeFileHandle opened, string path, IStorageSteps steps)
    {
        if (!opened.IsInvalid)
        {
            return new FolderHandle(opened, path, steps);
        }

        var error = Marshal.GetLastPInvokeError();
        opened.Dispose();
        return error switch
        {
            UnixError.NotFound => null,
            UnixError.Loop or UnixError.NoFolder => throw new StorageRefusedException($"{path} is not a folder of the pool"),
            _ => throw FileFault.Of(path, error),
        };
    }

    private SafeFileHandle Checked(string name, SafeFileHandle opened)
    {
        if (opened.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            opened.Dispose();
            throw error switch
            {
                UnixError.Loop => NoFile(name),
                UnixError.NotFound => new FileNotFoundException($"there is no {At(name)}", At(name)),
                _ => FileFault.Of(At(name), error),
            };
        }

        if (FileCalls.Look(opened, out var status) == 0 && status.IsFile)
        {
            return opened;
        }

        opened.Dispose();
        throw NoFile(name);
    }

    private StorageRefusedException NoFile(string name) => new($"{At(name)} is not a file of the pool");

    private string At(string name) => $"{path}/{name}";
}
