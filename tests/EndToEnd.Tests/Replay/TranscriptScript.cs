namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One recorded script: its lines and the store after them.</summary>
internal sealed record TranscriptScript(string Name, IReadOnlyList<TranscriptLine> Lines)
{
    private static readonly string[] NoScripts = ["policy-api", "policy-cases", "policy-daemon"];

    public string StoreFile => Path.Combine(Repository.Transcripts, $"{Name}.qubes.xml");

    /// <summary>Where the cases written from the specification are.</summary>
    public static string WrittenFolder => Path.Combine(Repository.Transcripts, "written");

    /// <summary>The names of the scripts written from the specification.</summary>
    public static IEnumerable<string> Written() =>
        Directory.EnumerateFiles(WrittenFolder, "*.jsonl").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>A recorded script, or a written one where there is no recorded one of the name.</summary>
    public static TranscriptScript Load(string name) =>
        LoadFile(Path.Combine(Written().Contains(name) ? WrittenFolder : Repository.Transcripts, $"{name}.jsonl"));

    public static TranscriptScript LoadFile(string file) =>
        new(Path.GetFileNameWithoutExtension(file), [.. File.ReadLines(file).Where(line => line.Length > 0).Select(TranscriptLine.Parse)]);

    /// <summary>Every script of the three sockets, the cases written from the spec included.</summary>
    public static IEnumerable<TranscriptScript> All() =>
        Directory.EnumerateFiles(Repository.Transcripts, "*.jsonl")
            .Concat(Directory.EnumerateFiles(WrittenFolder, "*.jsonl"))
            .Where(file => !NoScripts.Contains(Path.GetFileNameWithoutExtension(file)))
            .Order(StringComparer.Ordinal)
            .Select(LoadFile);
}
