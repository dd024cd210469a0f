using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The files of one volume in its open folder, and the changes that are made of them.</summary>
/// <remarks>
/// Committed data is only ever linked to, renamed and replaced, never changed in place: a revision is one more name of the committed file, and by that it is known again after a
/// crash, so that no data becomes a revision twice. Source: spec, storage 6.
/// </remarks>
internal sealed class ReflinkVolume(FolderHandle folder, FileVolumeId id) : IDisposable
{
    internal const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The names of its files.</summary>
    internal ReflinkNames Names { get; } = new(id.Name);

    /// <summary>The folder.</summary>
    internal FolderHandle Folder => folder;

    /// <summary>The committed data; null when there is none.</summary>
    internal FileStatus? Image => folder.Find(Names.Image);

    /// <summary>What a run writes to; null when there is none.</summary>
    internal FileStatus? Dirty => folder.Find(Names.Dirty);

    /// <summary>New data; null when there is none.</summary>
    internal FileStatus? Import => folder.Find(Names.Import);

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    /// <summary>Its revisions, oldest first.</summary>
    internal IReadOnlyList<ReflinkRevision> Revisions() => [.. folder.Names()
        .Select(name => Names.TryRevision(name, out var revision) ? revision : null)
        .OfType<ReflinkRevision>()
        .OrderBy(revision => revision.Number).ThenBy(revision => revision.CreatedSeconds)];

    /// <summary>Removes what interrupted operations left.</summary>
    internal void Sweep()
    {
        foreach (var name in folder.Names().Where(Names.IsTemporary))
        {
            folder.Unlink(name);
        }
    }

    /// <summary>Keeps the committed data as a revision, if there is some and no revision keeps it yet.</summary>
    internal void AddRevision()
    {
        var revisions = Revisions();
        if (Image is not { } image || revisions.Any(revision => folder.Find(revision.File)?.IsSameFile(image) == true))
        {
            return;
        }

        var number = revisions.Count == 0 ? 1 : revisions[^1].Number + 1;
        folder.Link(folder, Names.Image, Names.Revision(number, image.ModifiedTicks));
        folder.Sync();
    }

    /// <summary>Removes the oldest revisions beyond a number.</summary>
    internal void Prune(long kept)
    {
        var revisions = Revisions();
        foreach (var revision in revisions.Take((int)Math.Max(0, revisions.Count - Math.Max(0, kept))))
        {
            folder.Unlink(revision.File);
        }
    }

    /// <summary>Lets a file take the place of the committed data, which becomes a revision where some are kept.</summary>
    internal void Commit(string name, long kept)
    {
        folder.Sync(name);
        folder.Unlink(Names.Precache);
        if (kept > 0)
        {
            AddRevision();
        }

        Prune(kept);
        folder.Rename(name, Names.Image);
        folder.Sync();
    }

    /// <summary>Makes a file a copy of another one of this volume.</summary>
    internal void Copy(string from, string to, CancellationToken ct)
    {
        using var source = folder.OpenToRead(from);
        Copy(source, to, ct);
    }

    /// <summary>Makes a file a copy of an open one.</summary>
    internal void Copy(SafeFileHandle source, string to, CancellationToken ct) =>
        FileReplacement.Make(folder, to, Mode, (file, temporary) => FileCopies.Fill(folder, temporary, file, source, ct));

    /// <summary>Prepares the copy for the next start. It is told from others by length and time, so it gets the time of what it is a copy of.</summary>
    internal void MakePrecache(CancellationToken ct)
    {
        if (Image is not { } image || MatchesPrecache(image))
        {
            return;
        }

        using var source = folder.OpenToRead(Names.Image);
        FileReplacement.Make(folder, Names.Precache, Mode, (file, temporary) =>
        {
            FileCopies.Fill(folder, temporary, file, source, ct);
            File.SetLastWriteTimeUtc(file, new DateTime(image.ModifiedTicks, DateTimeKind.Utc));
        });
    }

    /// <summary>Whether a copy of just this data is ready.</summary>
    internal bool MatchesPrecache(FileStatus image) =>
        folder.Find(Names.Precache) is { } ready && ready.SizeBytes == image.SizeBytes && ready.ModifiedTicks == image.ModifiedTicks;
}
