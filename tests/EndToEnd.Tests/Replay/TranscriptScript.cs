namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One recorded script: its lines and the store after them.</summary>
internal sealed record TranscriptScript(string Name, IReadOnlyList<TranscriptLine> Lines)
{
    private static readonly string[] NoScripts = ["policy-api", "policy-cases", "policy-daemon"];

    public string StoreFile => Path.Combine(Repository.Transcripts, $"{Name}.qubes.xml");

    public static TranscriptScript Load(string name) => LoadFile(Path.Combine(Repository.Transcripts, $"{name}.jsonl"));

    public static TranscriptScript LoadFile(string file) =>
        new(Path.GetFileNameWithoutExtension(file), [.. File.ReadLines(file).Where(line => line.Length > 0).Select(TranscriptLine.Parse)]);

    /// <summary>Every script of the three sockets, the cases written from the spec included.</summary>
    public static IEnumerable<TranscriptScript> All() =>
        Directory.EnumerateFiles(Repository.Transcripts, "*.jsonl")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Transcripts, "written"), "*.jsonl"))
            .Where(file => !NoScripts.Contains(Path.GetFileNameWithoutExtension(file)))
            .Order(StringComparer.Ordinal)
            .Select(LoadFile);
}
