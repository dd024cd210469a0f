using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Remembers that events are being erased, so that what was begun is ended after a crash: positions alone, no name.</summary>
/// <remarks>Lines: the id of the log's first event, then a position each.</remarks>
internal sealed class ForgettingNote(string file)
{
    private static readonly AtomicFileOptions OwnerOnly = new() { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null };

    /// <summary>What was begun; null when nothing was.</summary>
    public (Guid Log, IReadOnlyList<LogPosition> Positions)? Read()
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var lines = File.ReadAllLines(file);
        return lines.Length > 0 && Guid.TryParseExact(lines[0], "D", out var log)
            ? (log, [.. lines.Skip(1).Select(line => new LogPosition(long.Parse(line, NumberStyles.None, CultureInfo.InvariantCulture)))])
            : throw new LogRefusedException($"The file {file} cannot be read: it tells which events are to be erased. Remove it to give that up.");
    }

    /// <summary>Notes what begins.</summary>
    public Task WriteAsync(Guid log, IEnumerable<LogPosition> positions, CancellationToken ct)
    {
        var text = new StringBuilder().Append(log.ToString("D")).Append('\n');
        foreach (var position in positions)
        {
            text.Append(position.Value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }

        return AtomicFile.ReplaceAsync(file, Encoding.ASCII.GetBytes(text.ToString()), OwnerOnly, ct);
    }

    /// <summary>It is done.</summary>
    public void Remove()
    {
        File.Delete(file);
        UnixFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");
    }
}
