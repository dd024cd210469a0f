using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.Api;

/// <summary>What is documented of the methods: the files <c>Areas/*.yaml</c> beside the rows of the method table.</summary>
/// <remarks>Tests hold them against the table, and their refusals against the recorded and the written cases.</remarks>
internal static class MethodDocuments
{
    private const string Folder = "methods/";
    private const string SharedFile = Folder + "Shared";

    /// <summary>The group that every call refers to without naming it.</summary>
    internal const string EveryCall = "every call";

    /// <summary>The areas by name.</summary>
    internal static IReadOnlyList<MethodArea> Areas { get; } =
    [
        .. typeof(MethodDocuments).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name != SharedFile)
            .Order(StringComparer.Ordinal)
            .Select(ReadArea),
    ];

    /// <summary>The refusals that several calls share.</summary>
    internal static IReadOnlyList<ErrorGroup> Groups { get; } =
    [
        .. Load(SharedFile).Select(group => new ErrorGroup(
            group.Key.ToString(), Text((YamlMappingNode)group.Value, "about"), Errors((YamlMappingNode)group.Value))),
    ];

    private static MethodArea ReadArea(string resource)
    {
        var root = Load(resource);
        var methods = ((YamlMappingNode)root["calls"]).Select(entry => Read(entry.Key.ToString().Split(", "), (YamlMappingNode)entry.Value));
        return new MethodArea(resource[Folder.Length..], Text(root, "about"), [.. methods]);
    }

    private static MethodDocument Read(string[] names, YamlMappingNode entry) => new(
        names,
        Text(entry, "does"),
        Text(entry, "argument"),
        Text(entry, "payload"),
        Text(entry, "reply"),
        Errors(entry),
        Lines(entry, "events"),
        Text(entry, "notes"));

    private static DocumentedError[] Errors(YamlMappingNode entry) => [.. Lines(entry, "errors").Select(DocumentedError.Parse)];

    // A folded text: where its lines end says nothing.
    private static string Text(YamlMappingNode entry, string key) => string.Join(' ', Lines(entry, key));

    // A text at the end of a line may end in a space, so only line feeds are taken away.
    private static string[] Lines(YamlMappingNode entry, string key) =>
        entry.Children.TryGetValue(key, out var value) ? value.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    private static YamlMappingNode Load(string resource)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(typeof(MethodDocuments).Assembly.GetManifestResourceStream(resource)!); // its name came from the list
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
