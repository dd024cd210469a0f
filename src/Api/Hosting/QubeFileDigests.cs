using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Remembers what the daemon wrote to the files of qubes, to tell its own work from somebody else's.</summary>
/// <remarks>A line per write, before it is done: digest and path. Of a path the last two count, what was written and what was about to be.
/// The file is shortened at each start: docs/adr/0004-foreign-store.md.</remarks>
internal sealed class QubeFileDigests(string file)
{
    private const string Removed = "-";

    private readonly Dictionary<string, (string? Before, string Last)> known = Read(file);

    /// <summary>Every path that may hold what the daemon wrote.</summary>
    internal IReadOnlyCollection<string> Paths => known.Keys;

    /// <summary>Whether the daemon wrote these bytes there, or was about to.</summary>
    internal bool Knows(string path, ReadOnlySpan<byte> content) =>
        known.TryGetValue(path, out var entry) && Digest(content) is var digest && (digest == entry.Last || digest == entry.Before);

    /// <summary>Leaves one or two lines of each path that still counts.</summary>
    internal Task ShortenAsync(CancellationToken ct)
    {
        foreach (var (path, _) in known.Where(entry => entry.Value is { Before: null or Removed, Last: Removed }).ToList())
        {
            known.Remove(path);
        }

        var lines = known.SelectMany(entry => entry.Value.Before is { } before
            ? new[] { Line(before, entry.Key), Line(entry.Value.Last, entry.Key) } : [Line(entry.Value.Last, entry.Key)]);
        return AtomicFile.ReplaceAsync(file, Encoding.UTF8.GetBytes(string.Concat(lines)), AtomicFileOptions.Default, ct);
    }

    /// <summary>Notes that these files are about to be written.</summary>
    internal async Task ExpectAsync(IEnumerable<QubeFile> files, CancellationToken ct)
    {
        var lines = new StringBuilder();
        foreach (var (path, content) in files)
        {
            var next = content is { } bytes ? Digest(bytes.Span) : Removed;
            if (!known.TryGetValue(path, out var entry) || entry.Last != next)
            {
                known[path] = (known.TryGetValue(path, out var before) ? before.Last : null, next);
                lines.Append(Line(next, path));
            }
        }

        if (lines.Length > 0)
        {
            await using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()), ct).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }
    }

    private static Dictionary<string, (string? Before, string Last)> Read(string file)
    {
        var known = new Dictionary<string, (string? Before, string Last)>(StringComparer.Ordinal);
        foreach (var line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            // A line that a power failure cut tells nothing; what it would have told was not written yet.
            if (line.Split(' ', 2) is [var digest, var path] && (digest == Removed || digest.Length == SHA256.HashSizeInBytes * 2) && path.StartsWith('/'))
            {
                known[path] = (known.TryGetValue(path, out var before) ? before.Last : null, digest);
            }
        }

        return known;
    }

    private static string Line(string digest, string path) => string.Create(CultureInfo.InvariantCulture, $"{digest} {path}\n");

    private static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
