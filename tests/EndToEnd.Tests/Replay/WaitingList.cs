using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One reviewed entry of Transcripts/waiting.yaml.</summary>
internal sealed class WaitingEntry
{
    /// <summary>Globs of method names (<c>*</c> only), with the argument after <c>+</c> where it matters.</summary>
    public List<string> Methods { get; set; } = [];

    /// <summary>Numbers of lines (<c>0156</c>) and ranges of them (<c>0156-0158</c>).</summary>
    public List<string> Ids { get; set; } = [];

    /// <summary>The store after the script is not compared either.</summary>
    public bool Store { get; set; }

    /// <summary>Only the recorded keys of a QubesDB wait; reply, events and files are compared.</summary>
    public bool Database { get; set; }

    public string Reason { get; set; } = "";

    public bool Covers(TranscriptLine line) => Ids.Exists(range => IsIn(range, line.Id)) || Methods.Exists(glob => Matches(glob, line));

    public override string ToString() =>
        string.Join(", ", [.. Methods, .. Ids, .. Store ? ["the store"] : Array.Empty<string>()]) + $" ({Reason})";

    private static bool IsIn(string range, string id)
    {
        var number = Number(id[(id.LastIndexOf('-') + 1)..]);
        var parts = range.Split('-');
        return Number(parts[0]) <= number && number <= Number(parts[^1]);
    }

    private static bool Matches(string glob, TranscriptLine line)
    {
        var pattern = "^" + Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        return Regex.IsMatch(line.Method, pattern) || Regex.IsMatch($"{line.Method}+{line.Arg}", pattern);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>The requests of a script that need something which is not built yet.</summary>
internal sealed class WaitingList
{
    private static readonly string File = Path.Combine(Repository.Transcripts, "waiting.yaml");

    private readonly IReadOnlyList<WaitingEntry> entries;

    public WaitingList(IReadOnlyList<WaitingEntry> entries) => this.entries = entries;

    public IReadOnlyList<WaitingEntry> Entries => entries;

    public WaitingEntry? Store => entries.FirstOrDefault(entry => entry.Store);

    public static WaitingList For(string script)
    {
        var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        var all = deserializer.Deserialize<Dictionary<string, List<WaitingEntry>>>(System.IO.File.ReadAllText(File)) ?? [];
        return new WaitingList(all.GetValueOrDefault(script) ?? []);
    }

    public WaitingEntry? Find(TranscriptLine line) => entries.FirstOrDefault(entry => entry.Covers(line));
}
