using Microsoft.Win32.SafeHandles;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Copies files: by sharing their blocks, or else what is no hole, piece by piece.</summary>
/// <remarks>Source: spec, storage 6 (copy).</remarks>
internal static class FileCopies
{
    private const int Piece = 8 << 20;

    /// <summary>Lets an empty file share all blocks of another one.</summary>
    /// <returns>False when the two files' file systems cannot do that.</returns>
    internal static bool TryShare(SafeFileHandle target, SafeFileHandle source) => FileCalls.Share(target, source) == 0 ||
        (FileFault.Error is UnixError.NotSupported or UnixError.NoIoCtl or UnixError.CrossDevice or UnixError.Invalid or UnixError.NoSystemCall
            ? false
            : throw FileFault.Last("FICLONE"));

    /// <summary>Fills an empty file with the content of another one.</summary>
    /// <param name="folder">The folder of <paramref name="target"/>.</param>
    /// <param name="name">The name of <paramref name="target"/> there.</param>
    /// <param name="target">The empty file.</param>
    /// <param name="source">What it becomes a copy of.</param>
    /// <param name="ct">Breaks off between two pieces.</param>
    /// <exception cref="StorageRefusedException">Blocks cannot be shared, and the copy would not fit on the disk.</exception>
    internal static void Fill(FolderHandle folder, string name, SafeFileHandle target, SafeFileHandle source, CancellationToken ct)
    {
        folder.BeforeWrite(name);
        if (TryShare(target, source))
        {
            return;
        }

        if (FileCalls.Look(source, out var status) != 0)
        {
            throw FileFault.Last(name);
        }

        FreeSpace.Require(folder, status.AllocatedBytes);
        folder.Truncate(target, name, status.SizeBytes);
        CopyRanges(target, source, status.SizeBytes, ct);
    }

    /// <summary>Copies the data of one path to another one that is there and long enough, durably.</summary>
    internal static void Copy(string from, string to, IStorageSteps steps, CancellationToken ct)
    {
        using var source = File.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        steps.Before($"write {Path.GetFileName(to)}");
        CopyRanges(target, source, RandomAccess.GetLength(source), ct);
        steps.Before($"sync {Path.GetFileName(to)}");
        RandomAccess.FlushToDisk(target);
    }

    private static void CopyRanges(SafeFileHandle target, SafeFileHandle source, long sizeBytes, CancellationToken ct)
    {
        for (var start = NextData(source, 0); start >= 0; start = NextData(source, start))
        {
            var end = Math.Min(Found(FileCalls.Seek(source, start, FileCalls.SeekHole)), sizeBytes);
            if (end <= start)
            {
                break; // it grew while it was copied
            }

            CopyData(target, source, start, end, ct);
            start = end;
        }
    }

    private static void CopyData(SafeFileHandle target, SafeFileHandle source, long start, long end, CancellationToken ct)
    {
        while (start < end)
        {
            ct.ThrowIfCancellationRequested();
            var (from, to) = (start, start);
            var copied = FileCalls.CopyRange(source, ref from, target, ref to, (nuint)Math.Min(Piece, end - start), 0);
            if (copied < 0)
            {
                // EXDEV, EINVAL, ENOSYS …: the kernel does not copy between the two, so it is done here.
                _ = FileFault.IsFull(FileFault.Last("")) ? throw FileFault.Last("copy") : true;
                copied = CopyPiece(target, source, start, (int)Math.Min(Piece, end - start));
            }

            if (copied == 0)
            {
                return; // it became shorter meanwhile
            }

            start += copied;
        }
    }

    private static int CopyPiece(SafeFileHandle target, SafeFileHandle source, long start, int count)
    {
        var buffer = new byte[Math.Min(count, 1 << 20)];
        var read = RandomAccess.Read(source, buffer, start);
        RandomAccess.Write(target, buffer.AsSpan(0, read), start);
        return read;
    }

    // The place of the next byte that is no hole; -1 when there is none.
    private static long NextData(SafeFileHandle source, long start)
    {
        var next = FileCalls.Seek(source, start, FileCalls.SeekData);
        return next >= 0 ? next : FileFault.Error == UnixError.NoSuchAddress ? -1 : throw FileFault.Last("SEEK_DATA");
    }

    private static long Found(long place) => place >= 0 ? place : throw FileFault.Last("SEEK_HOLE");
}
