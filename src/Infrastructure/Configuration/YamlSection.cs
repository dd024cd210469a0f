using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A mapping in a YAML file that is read strictly: each key once, known, and of the type that is asked for.</summary>
/// <remarks>Ask for every key, then call <see cref="RefuseOthers"/>.</remarks>
internal sealed class YamlSection
{
    private readonly string file;
    private readonly YamlMappingNode? mapping;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    private YamlSection(string file, YamlMappingNode? mapping)
    {
        this.file = file;
        this.mapping = mapping;
    }

    /// <summary>The file as a whole; an empty one is a mapping without keys.</summary>
    /// <exception cref="ConfigurationException">It is no YAML, or no mapping.</exception>
    internal static YamlSection Load(string file, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count switch
            {
                0 => new YamlSection(file, null),
                1 => Of(file, stream.Documents[0].RootNode, "the file"),
                _ => throw new ConfigurationException(file, 0, 0, "one document was expected, there are several"),
            };
        }
        catch (YamlException malformed)
        {
            throw new ConfigurationException(file, malformed.Start.Line, malformed.Start.Column, malformed.Message);
        }
    }

    internal IEnumerable<(string Key, YamlNode Value)> Entries => mapping is null
        ? []
        : mapping.Children.Select(entry => (Scalar(entry.Key, "a key"), entry.Value));

    internal YamlSection Section(string key) => Find(key) is { } node ? Of(file, node, key) : new YamlSection(file, null);

    internal string? Text(string key) => Find(key) is { } node ? Scalar(node, key) : null;

    internal string Text(string key, string otherwise, params ReadOnlySpan<string> allowed)
    {
        var node = Find(key);
        var value = node is null ? otherwise : Scalar(node, key);
        return allowed.Length == 0 || allowed.Contains(value)
            ? value
            : throw Refuse(node!, $"{key} must be one of: {string.Join(", ", allowed.ToArray())}"); // the default is among them
    }

    internal int Number(string key, int otherwise, int least, int most) => (int)Number(key, (long)otherwise, least, most);

    internal long Number(string key, long otherwise, long least, long most)
    {
        if (Find(key) is not { } node)
        {
            return otherwise;
        }

        return long.TryParse(Scalar(node, key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refuse(node, $"{key} must be a whole number from {least} to {most}");
    }

    internal bool Boolean(string key, bool otherwise)
    {
        var node = Find(key);
        return (node is null ? null : Scalar(node, key)) switch
        {
            null => otherwise,
            "true" => true,
            "false" => false,
            _ => throw Refuse(node!, $"{key} must be true or false"), // there is a text
        };
    }

    internal IReadOnlyList<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode sequence => [.. sequence.Children.Select(item => Scalar(item, key))],
        var node => throw Refuse(node, $"{key} must be a list"),
    };

    internal IReadOnlyList<YamlSection> Sections(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode sequence => [.. sequence.Children.Select(item => Of(file, item, key))],
        var node => throw Refuse(node, $"{key} must be a list of mappings"),
    };

    internal string Scalar(YamlNode node, string what) => node is YamlScalarNode { Value: { } value }
        ? value
        : throw Refuse(node, $"{what} must be a single value");

    /// <summary>Refuses every key that was not asked for.</summary>
    internal void RefuseOthers()
    {
        foreach (var entry in mapping?.Children ?? [])
        {
            var key = Scalar(entry.Key, "a key");
            if (!asked.Contains(key))
            {
                throw Refuse(entry.Key, $"unknown key '{key}'; known here: {string.Join(", ", asked.Order(StringComparer.Ordinal))}");
            }
        }
    }

    internal ConfigurationException Refuse(string key, string reason) => Refuse(Find(key) ?? new YamlScalarNode(), reason);

    private static YamlSection Of(string file, YamlNode node, string what) => node switch
    {
        YamlMappingNode mapping => new YamlSection(file, mapping),
        YamlScalarNode { Value: null or "" } => new YamlSection(file, null),
        _ => throw new ConfigurationException(file, node.Start.Line, node.Start.Column, $"{what} must be a mapping of keys to values"),
    };

    private YamlNode? Find(string key)
    {
        asked.Add(key);
        return mapping is not null && mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private ConfigurationException Refuse(YamlNode node, string reason) => new(file, node.Start.Line, node.Start.Column, reason);
}
