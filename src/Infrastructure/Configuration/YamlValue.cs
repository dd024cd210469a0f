using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A value of a YAML file that knows where it stands, and takes nothing but what is expected.</summary>
internal sealed class YamlValue
{
    private readonly string file;
    private readonly YamlNode node;

    private YamlValue(string file, string path, YamlNode node)
    {
        this.file = file;
        this.node = node;
        Path = path;
    }

    /// <summary>Where it stands: keys joined by dots.</summary>
    internal string Path { get; }

    /// <summary>Whether nothing was written.</summary>
    internal bool IsNull => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>Whether it is a list.</summary>
    internal bool IsList => node is YamlSequenceNode;

    /// <summary>Where it stands in the file.</summary>
    internal Domain.FilePlace Place => new((int)node.Start.Line, (int)node.Start.Column);

    private bool IsPlain => node is YamlScalarNode { Style: ScalarStyle.Plain };

    private string? Scalar => (node as YamlScalarNode)?.Value;

    /// <summary>Reads a file of one document; null when it is empty.</summary>
    internal static YamlValue? Parse(string file, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException malformed)
        {
            throw new ConfigurationException(file, malformed.Start.Line, malformed.Start.Column, malformed.Message);
        }

        if (yaml.Documents.Count > 1)
        {
            throw new YamlValue(file, "", yaml.Documents[1].RootNode).Error("expected one document");
        }

        return yaml.Documents.Count == 0 ? null : new YamlValue(file, "", yaml.Documents[0].RootNode);
    }

    /// <summary>The error that names this place.</summary>
    internal ConfigurationException Error(string problem) =>
        new(file, node.Start.Line, node.Start.Column, Path.Length == 0 ? problem : $"{Path}: {problem}");

    /// <summary>The entries of a mapping in the order of the file; none when nothing was written.</summary>
    internal IEnumerable<(string Key, YamlValue Value)> Entries()
    {
        if (IsNull)
        {
            return [];
        }

        return node is YamlMappingNode mapping
            ? mapping.Children.Select(entry => (Of(Path, entry.Key).AnyScalar(), Of(Join(entry.Key), entry.Value)))
            : throw Error($"expected keys with values, found {Found()}");
    }

    /// <summary>The entries of a mapping that knows its keys.</summary>
    internal IEnumerable<(string Key, YamlValue Value)> Entries(params string[] known)
    {
        foreach (var (key, value) in Entries())
        {
            yield return known.Contains(key, StringComparer.Ordinal) ? (key, value) : throw Unknown(key, known);
        }
    }

    /// <summary>The items of a list.</summary>
    internal IReadOnlyList<YamlValue> Items() => node is YamlSequenceNode sequence
        ? [.. sequence.Children.Select((item, index) => Of($"{Path}[{index}]", item))]
        : throw Error($"expected a list, found {Found()}");

    /// <summary>A text that is not empty: what YAML takes for a number or a truth value must be quoted.</summary>
    internal string Text() => Scalar is { Length: > 0 } text && !IsNull && !(IsPlain && (IsNumber(text) || IsTruth(text)))
        ? text
        : throw Error($"expected a text, found {Found()}");

    /// <summary>A text or nothing.</summary>
    internal string? TextOrNull() => IsNull ? null : Text();

    /// <summary>The characters of a value, whatever YAML takes them for.</summary>
    internal string AnyScalar() => Scalar ?? throw Error($"expected a text, found {Found()}");

    /// <summary>An absolute path.</summary>
    internal string AbsolutePath() => Text() is ['/', ..] path ? path : throw Error($"expected an absolute path, found {Found()}");

    /// <summary>An absolute path or nothing.</summary>
    internal string? AbsolutePathOrNull() => IsNull ? null : AbsolutePath();

    /// <summary>A whole number in a range.</summary>
    internal long Number(long least, long most) =>
        IsPlain && long.TryParse(Scalar, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {least} to {most}, found {Found()}"));

    /// <summary>A whole number in a range.</summary>
    internal int Number(int least, int most) => (int)Number((long)least, most);

    /// <summary>A truth value.</summary>
    internal bool Truth() => IsPlain && IsTruth(Scalar ?? "")
        ? string.Equals(Scalar, "true", StringComparison.OrdinalIgnoreCase)
        : throw Error($"expected true or false, found {Found()}");

    /// <summary>One of some words.</summary>
    internal string OneOf(params string[] words) => words.FirstOrDefault(word => word == Scalar)
        ?? throw Error($"expected {string.Join(" or ", words)}, found {Found()}");

    /// <summary>An age such as <c>90d</c>, <c>12h</c>, <c>30m</c> or <c>10s</c>; null for <c>forever</c>.</summary>
    internal TimeSpan? AgeOrForever()
    {
        if (Scalar == "forever")
        {
            return null;
        }

        const int most = 1_000_000;
        var unit = Scalar is [.., var last] ? last switch { 'd' => 86_400, 'h' => 3600, 'm' => 60, 's' => 1, _ => 0 } : 0;
        return unit > 0 && int.TryParse(Scalar.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= most
            ? TimeSpan.FromSeconds((long)number * unit)
            : throw Error($"expected forever, or an age such as 90d, 12h or 30m, found {Found()}");
    }

    /// <summary>The error of a key that nobody knows, at that key.</summary>
    internal ConfigurationException Unknown(string key, IEnumerable<string> known)
    {
        var at = ((YamlMappingNode)node).Children.Keys.First(name => (name as YamlScalarNode)?.Value == key);
        return Of(Path, at).Error($"unknown key '{key}', expected {string.Join(", ", known)}");
    }

    private static bool IsTruth(string text) =>
        string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) || string.Equals(text, "false", StringComparison.OrdinalIgnoreCase);

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private YamlValue Of(string path, YamlNode child) => new(file, path, child);

    private string Join(YamlNode key) => Path.Length == 0 ? $"{key}" : $"{Path}.{key}";

    private string Found() => node switch
    {
        YamlMappingNode => "keys with values",
        YamlSequenceNode => "a list",
        _ when IsNull => "nothing",
        _ => $"'{Scalar}'",
    };
}
