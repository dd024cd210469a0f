using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The journal of disposables: one file in memory (tmpfs), appended to, and written anew when most of it is about what is gone.</summary>
/// <remarks>Nothing is flushed to a disk: it has to survive the daemon, and must not survive the host. docs/adr/0005-ephemeral.md.</remarks>
public sealed class EphemeralJournal : IEphemeralJournal, IDisposable
{
    /// <summary>Where it lies, unless below another root.</summary>
    public const string Folder = "/run/qubes/journal";

    private const string FileName = "events";
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const long MostGarbage = 1 << 20;

    private readonly string path;
    private readonly Guid log;
    private readonly JournalFormat format;
    private readonly ILogger logger;
    private readonly IFaultPoints? faults;
    private SafeFileHandle file;
    private (long Length, long Number) settled;
    private (long Length, long Number) end;
    private long compact;

    private EphemeralJournal(string path, Guid log, JournalFormat format, IFaultPoints? faults, ILogger logger)
    {
        (this.path, this.log, this.format, this.faults, this.logger) = (path, log, format, faults, logger);
        file = new SafeFileHandle();
    }

    /// <summary>Reads the journal in a folder; null when there is none that can be read.</summary>
    public static JournalContents? Read(string folder, EventSerializer serializer)
    {
        try
        {
            return new JournalFormat(serializer).Read(File.ReadAllBytes(Path.Combine(folder, FileName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether there is a journal in a folder, readable or not.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Removes the journal in a folder.</summary>
    public static void Remove(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>Makes the folder, for the daemon alone.</summary>
    public static void PrepareFolder(string folder, ILogger logger)
    {
        Directory.CreateDirectory(folder, FolderMode);
        File.SetUnixFileMode(folder, FolderMode);
        if (!Posix.IsInMemory(folder))
        {
            LogMessages.JournalOnDisk(logger, folder);
        }
    }

    /// <summary>Begins a journal with what a state holds beside the log, in the place of any that was there.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="log">The log that it belongs to: the id of the log's first event.</param>
    /// <param name="nextNumber">The number of the next event.</param>
    /// <param name="world">The state.</param>
    /// <param name="serializer">Writes events.</param>
    /// <param name="faults">The crash tests' seam.</param>
    /// <param name="logger">Where trouble is told.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static EphemeralJournal Begin(
        string folder, Guid log, long nextNumber, World world, EventSerializer serializer, IFaultPoints? faults, ILogger logger)
    {
        var journal = new EphemeralJournal(Path.Combine(folder, FileName), log, new JournalFormat(serializer), faults, logger);
        journal.Rewrite(world, nextNumber);
        return journal;
    }

    /// <inheritdoc/>
    public long Append(EphemeralBatch batch)
    {
        var first = end.Number;
        var bytes = format.Write(batch, first);
        try
        {
            RandomAccess.Write(file, bytes, end.Length);
        }
        catch (IOException e)
        {
            TakeBack();
            throw new EphemeralJournalException(e.Message, e);
        }

        end = (end.Length + bytes.Length, first + batch.Entries.Count(entry => !entry.Change.IsWhole));
        faults?.AfterJournal();
        return first;
    }

    /// <inheritdoc/>
    public void TakeBack()
    {
        RandomAccess.SetLength(file, settled.Length);
        end = settled;
    }

    /// <inheritdoc/>
    public void Settle(World world)
    {
        settled = end;
        var garbage = settled.Length - compact;
        if (garbage > Math.Max(MostGarbage, compact) || (world.Apart is null && garbage > 0))
        {
            try
            {
                Rewrite(world, settled.Number);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                compact = settled.Length; // tried again when it has doubled
                LogMessages.JournalNotShortened(logger, e.Message);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Rewrite(World world, long nextNumber)
    {
        var temporary = path + "~";
        File.Delete(temporary);
        var next = File.OpenHandle(temporary, System.IO.FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            File.SetUnixFileMode(next, FileMode);
            var header = JournalFormat.WriteHeader(log, nextNumber);
            RandomAccess.Write(next, header, 0);
            long length = header.Length;
            if (Entries(world) is { Length: > 0 } entries)
            {
                var state = format.Write(new EphemeralBatch(world.Position, 0, "", entries), nextNumber);
                RandomAccess.Write(next, state, length);
                length += state.Length;
            }

            File.Move(temporary, path, overwrite: true);
            file.Dispose();
            file = next;
            (settled, compact) = ((length, nextNumber), length);
            end = settled;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    private static System.Collections.Immutable.ImmutableArray<EphemeralEntry> Entries(World world)
    {
        var metadata = new EventMetadata("", null, "dom0") { Method = "qubesd.journal" };
        return [.. Retentions.Of(world).Select(change => new EphemeralEntry(change, DateTimeOffset.UnixEpoch, metadata))];
    }
}
