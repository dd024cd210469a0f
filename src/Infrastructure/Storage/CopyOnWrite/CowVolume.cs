using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The files of one volume of a <c>file</c> pool in its open folder.</summary>
/// <remarks>Source: spec, storage 5.</remarks>
internal sealed class CowVolume(FolderHandle folder, FileVolumeId id) : IDisposable
{
    internal const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    internal const string OldRevision = "old";

    /// <summary>The names of its files.</summary>
    internal CowNames Names { get; } = new(id.Name);

    /// <summary>The folder.</summary>
    internal FolderHandle Folder => folder;

    /// <summary>The data; null when there is none.</summary>
    internal FileStatus? Image => folder.Find(Names.Image);

    /// <summary>What a run changed, or wrote; null when there is none.</summary>
    internal FileStatus? Cow => folder.Find(Names.Cow);

    /// <summary>Whether a run changed something: a new file for it holds nothing but a hole.</summary>
    internal bool IsWritten => Cow is { AllocatedBytes: > 0 };

    /// <summary>Where the data lies on disk.</summary>
    internal string ImagePath => $"{folder.Path}/{Names.Image}";

    /// <summary>Where what a run changes lies on disk.</summary>
    internal string CowPath => $"{folder.Path}/{Names.Cow}";

    /// <summary>The single revision, if there is one.</summary>
    internal EquatableArray<VolumeRevision> Revisions => folder.Find(Names.OldCow) is { } old ? [new VolumeRevision(OldRevision, old.ChangedSeconds)] : [];

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    /// <summary>Removes what interrupted operations left.</summary>
    internal void Sweep()
    {
        foreach (var name in folder.Names().Where(Names.IsTemporary))
        {
            folder.Unlink(name);
        }
    }

    /// <summary>Makes the file for what a run changes, when there is none.</summary>
    internal void MakeCow(long sizeBytes)
    {
        if (Cow is null)
        {
            FileReplacement.MakeSparse(folder, Names.Cow, Mode, sizeBytes);
        }
    }

    /// <summary>The run is over: what it changed becomes the revision where one is kept, and the next run gets a new file.</summary>
    internal void Commit(long kept, bool isWritable)
    {
        if (Image is not { } image)
        {
            return;
        }

        folder.Sync(Names.Image);
        if (isWritable && kept > 0 && IsWritten)
        {
            folder.Rename(Names.Cow, Names.OldCow);
        }
        else if (!isWritable || IsWritten)
        {
            folder.Unlink(Names.Cow);
        }

        if (kept <= 0)
        {
            folder.Unlink(Names.OldCow);
        }

        folder.Sync();
        if (isWritable)
        {
            MakeCow(image.SizeBytes);
        }
    }
}
