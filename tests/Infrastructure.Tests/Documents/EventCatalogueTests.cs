using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary><c>docs/event-catalogue.md</c> says what the code says.</summary>
public sealed class EventCatalogueTests
{
    private const string Variable = "QUBES_WRITE_EVENT_CATALOGUE";
    private const string Command = Variable + "=1 dotnet run --project tests/Infrastructure.Tests -- -class '*.EventCatalogueTests'";

    [Fact]
    public void The_page_is_what_the_code_says()
    {
        var expected = EventCatalogue.Write(SampleEvents.All, Command);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
        {
            File.WriteAllText(InCheckout("docs/event-catalogue.md"), expected);
            return;
        }

        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", "event-catalogue.md"));
        Assert.True(page == expected, $"docs/event-catalogue.md is not what the code says; write it anew with: {Command}");
    }

    [Fact]
    public void Every_event_is_told_with_all_its_fields()
    {
        var page = EventCatalogue.Write(SampleEvents.All, Command);
        Assert.All(EventCatalog.All, type => Assert.Contains($"\n## `{type.Alias}`\n", page, StringComparison.Ordinal));
        Assert.Contains("| `Value` | value of a property | The value. |", page, StringComparison.Ordinal);
        Assert.Contains("- `PropertySet`, stream `qube-…` or `system`, retention `Configuration`\n", page, StringComparison.Ordinal);
        Assert.Contains("| `Run` | text | The run's identity. |", page, StringComparison.Ordinal);
        Assert.Contains("| `Volumes` | list of [VolumeConfig](#volumeconfig) | Its volumes. |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_announced_by_itself_is_told()
    {
        foreach (var sample in SampleEvents.All)
        {
            var told = EventCatalogue.Wire.GetValueOrDefault(EventCatalog.Of(sample).Alias, []);
            Assert.All(Announcements.Of(World.Empty, [sample]), announced => Assert.Contains(told, name => Fits(announced.Event, name)));
        }
    }

    [Fact]
    public void Nothing_is_told_that_the_rules_do_not_announce()
    {
        Assert.All(EventCatalogue.Wire.Keys, alias => Assert.NotNull(EventCatalog.Find(alias)));
        var literals = Literals(typeof(DomainEvent).Assembly.Location);
        Assert.All(EventCatalogue.Wire.Values.SelectMany(names => names), name => Assert.True(
            literals.Contains(name) || (name.EndsWith(':') && literals.Any(literal => literal == name[..^1] || literal.StartsWith(name, StringComparison.Ordinal))), $"no rule announces {name}"));
    }

    private static bool Fits(string announced, string name) => name.EndsWith(':') ? announced.StartsWith(name, StringComparison.Ordinal) : announced == name;

    private static HashSet<string> Literals(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var literals = new HashSet<string>(StringComparer.Ordinal);
        for (var handle = MetadataTokens.UserStringHandle(0); ;)
        {
            handle = metadata.GetNextHandle(handle);
            if (handle.IsNil)
            {
                return literals;
            }

            literals.Add(metadata.GetUserString(handle));
        }
    }

    private static string InCheckout(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Qubes.Cqrs.sln")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new InvalidOperationException("there is no checkout around the tests");
    }
}
