using Qubes.Cqrs.EndToEnd.Tests;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The definition that each recorded start gave libvirt.</summary>
public sealed class RecordedDomainXmlTests(ITestOutputHelper output) : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("qubes-domxml");

    [Theory]
    [InlineData("20-qubesdb", 14)]
    [InlineData("22-domxml", 120)]
    public async Task Every_definition_is_the_recorded_one(string script, int files)
    {
        var last = new Dictionary<string, string>();
        await using (var worlds = new RecordedWorlds(root.FullName))
        {
            await worlds.PlayAsync(script, (world, qube) => last[qube.Name] = DomainXml.Of(world, qube, DomainXmlFacts.None));
        }

        var (compared, different) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Transcripts, script + ".domxml"), "*.xml").Order(StringComparer.Ordinal))
        {
            compared++;
            var name = Path.GetFileNameWithoutExtension(file);
            var (due, came) = (XmlTree.Of(await File.ReadAllTextAsync(file)), last.TryGetValue(name, out var xml) ? XmlTree.Of(xml) : "nothing");
            if (due != came)
            {
                different.Add($"{name}\ndue:\n{due}\ncame:\n{came}");
            }
        }

        output.WriteLine($"{compared} files compared, {different.Count} different");
        Assert.True(different.Count == 0, string.Join("\n\n", different));
        Assert.Equal(files, compared);
    }

    public void Dispose() => root.Delete(true);
}
