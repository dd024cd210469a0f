using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A refusal that the documentation names.</summary>
internal sealed record DocumentedRefusal(string ClassName, string Text)
{
    private const string NoText = "(no text)";

    private readonly Regex pattern = new($"^{(Text == NoText ? "" : Regex.Replace(Regex.Escape(Text), "<[^>]+>", ".*"))}$", RegexOptions.Singleline);

    public bool IsMetBy(Case played) => played.ClassName == ClassName && pattern.IsMatch(played.Text);

    public override string ToString() => $"{ClassName}: {Text}";
}

/// <summary>What the documentation says of a method, or of one per class: src/Api/Methods/Areas/*.yaml.</summary>
/// <param name="Name">The name, with <c>{class}</c> where a class stands.</param>
/// <param name="Refusals">Its own refusals.</param>
/// <param name="Groups">The groups of refusals that it shares with others.</param>
internal sealed record DocumentedMethod(string Name, IReadOnlyList<DocumentedRefusal> Refusals, IReadOnlyList<string> Groups)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "Api", "Methods", "Areas");
    private static readonly string[] Classes =
        ["AdminVM", "AppVM", "DispVM", "RemoteVM", "StandaloneVM", "TemplateVM", "block", "pci", "mic", "usb", "testclass"];

    /// <summary>Every documented method.</summary>
    public static IReadOnlyList<DocumentedMethod> All { get; } =
    [
        .. Directory.EnumerateFiles(Folder, "*.yaml").Where(file => Path.GetFileName(file) != "Shared.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => (YamlMappingNode)Load(file)["calls"])
            .SelectMany(entry => entry.Key.ToString().Split(", ").Select(name => new DocumentedMethod(name, Refusal(entry.Value), Group(entry.Value)))),
    ];

    /// <summary>The refusals that several methods share, by the name of their group.</summary>
    public static IReadOnlyDictionary<string, DocumentedMethod> Shared { get; } =
        Load(Path.Combine(Folder, "Shared.yaml")).ToDictionary(
            entry => entry.Key.ToString(), entry => new DocumentedMethod(entry.Key.ToString(), Refusal(entry.Value), Group(entry.Value)));

    /// <summary>The method as it is called, with each class that there may be.</summary>
    public IReadOnlySet<string> Names { get; } = Classes.Select(name => Name.Replace("{class}", name, StringComparison.Ordinal)).ToHashSet();

    /// <summary>Its refusals with those of its groups and those of every call.</summary>
    public IEnumerable<DocumentedRefusal> AllRefusals => Refusals.Concat(Groups.Append("every call").Concat(Shared["every call"].Groups).SelectMany(group => Shared[group].Refusals));

    private static YamlMappingNode Load(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static DocumentedRefusal[] Refusal(YamlNode entry) =>
        [.. Errors(entry).Where(line => line[0] != '(').Select(line => line.Split(": ", 2)).Select(parts => new DocumentedRefusal(parts[0], parts[1]))];

    private static string[] Group(YamlNode entry) => [.. Errors(entry).Where(line => line[0] == '(').Select(line => line[1..^1])];

    private static string[] Errors(YamlNode entry) =>
        ((YamlMappingNode)entry).Children.TryGetValue("errors", out var errors) ? errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
}
