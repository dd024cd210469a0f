using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Holds the files that a request left behind against the recorded ones.</summary>
/// <remarks>The files of qubes are views: they are at most a second behind, so the comparison waits for them.</remarks>
internal sealed class FileComparer(Func<string, string> fileBelowRoot)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <returns>Null when they agree, else in a few words how they differ.</returns>
    public async Task<string?> CompareAsync(TranscriptLine line, CancellationToken ct)
    {
        string? difference = null;
        await Eventually.IsAsync(() => (difference = Compare(line)) is null, Limit, ct);
        return difference;
    }

    private string? Compare(TranscriptLine line)
    {
        foreach (var (name, recorded) in Recorded(line))
        {
            var found = Places(line, name).Select(fileBelowRoot).FirstOrDefault(File.Exists);
            var ours = found is null ? null : Encoding.Latin1.GetString(File.ReadAllBytes(found));
            if (ours != recorded)
                return $"{name} {(ours is null ? "is missing" : recorded is null ? "should not be there" : Readable.FirstDifference(recorded, ours))}";
        }

        return null;
    }

    // Stored as files beside the recordings, or as texts in the line.
    private static IEnumerable<(string Name, string? Content)> Recorded(TranscriptLine line)
    {
        foreach (var (name, entry) in line.Files)
        {
            yield return (name, entry.ValueKind == JsonValueKind.Null ? null
                : Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(Repository.Transcripts, name))));
        }

        foreach (var (name, path) in line.Filedump)
            yield return (path, line.FileText.GetValueOrDefault(name) is { } text ? Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)) : null);
    }

    // A stored file is named after its kind; the line's destination tells whose it is.
    private static IEnumerable<string> Places(TranscriptLine line, string name)
    {
        if (name.StartsWith('/'))
            return [name];
        var file = Path.GetFileName(name).StartsWith("firewall-", StringComparison.Ordinal) ? "firewall.xml" : "notes.txt";
        return [$"/var/lib/qubes/appvms/{line.Dest}/{file}", $"/var/lib/qubes/vm-templates/{line.Dest}/{file}"];
    }
}
