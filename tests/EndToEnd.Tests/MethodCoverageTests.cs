using System.Text;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Tells which methods of the catalogue no transcript calls.</summary>
public sealed class MethodCoverageTests
{
    // The catalogue's own count of names, endpoints expanded.
    private const int CataloguedNames = 173;

    [Fact]
    public void The_methods_without_a_transcript_are_listed()
    {
        var catalogue = Catalogue();
        var called = TranscriptScript.All().SelectMany(script => script.Lines).Select(MethodOf).Concat(PolicyMethods()).ToHashSet();
        var silent = catalogue.Where(method => !called.Contains(method)).Order(StringComparer.Ordinal).ToList();

        var text = $"{catalogue.Count - silent.Count} of {catalogue.Count} methods have a transcript; these have none:\n  {string.Join("\n  ", silent)}\n";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Console.WriteLine($"\n{text}");
        Assert.Equal(CataloguedNames, catalogue.Count);
        Assert.NotEmpty(called);
    }

    /// <summary>Every method name of the catalogue.</summary>
    internal static IReadOnlySet<string> Catalogue()
    {
        var yaml = new YamlStream();
        using (var reader = new StreamReader(Path.Combine(Repository.ProjectFolder, "Spec", "admin-api.yaml")))
            yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        return ((YamlSequenceNode)root["methods"]).Children.Cast<YamlMappingNode>().SelectMany(Names).ToHashSet();
    }

    private static IEnumerable<string> Names(YamlMappingNode method)
    {
        var name = method["name"].ToString();
        return method.Children.TryGetValue(new YamlScalarNode("endpoints"), out var endpoints)
            ? ((YamlSequenceNode)endpoints).Select(endpoint => name.Replace("{endpoint}", endpoint.ToString(), StringComparison.Ordinal))
            : [name];
    }

    // The calls of the policy API are recorded in a format of their own.
    private static IEnumerable<string> PolicyMethods() =>
        File.ReadLines(Path.Combine(Repository.Transcripts, "policy-api.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("service_full_name").GetString() ?? "")
            .Select(name => name.Split('+')[0]);

    private static string MethodOf(TranscriptLine line) =>
        line.RawB64 is null ? line.Method : Encoding.Latin1.GetString(line.RawB64).Split('+', ' ', '\0')[0];
}
