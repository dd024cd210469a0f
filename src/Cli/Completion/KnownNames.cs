using System.CommandLine;
using System.CommandLine.Completions;
using System.Xml;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Completes the names of qubes, properties, event types and areas wherever a verb asks for one.</summary>
internal static class KnownNames
{
    private const int MostBytes = 64 * 1024 * 1024;

    /// <summary>Adds the names to every verb that has an option or argument for them.</summary>
    internal static void AddTo(Command command)
    {
        foreach (var option in command.Options)
        {
            if (Find(option.Name.TrimStart('-')) is { } names)
            {
                option.CompletionSources.Add(context => Complete(context, names));
            }
        }

        foreach (var argument in command.Arguments)
        {
            if (Find(argument.Name) is { } names)
            {
                argument.CompletionSources.Add(context => Complete(context, names));
            }
        }

        command.Subcommands.ToList().ForEach(AddTo);
    }

    private static Func<ParseResult, IEnumerable<string>>? Find(string symbol) => symbol switch
    {
        "qube" or "only" or "caller" => Qubes,
        "property" => parsed => Properties(),
        "type" => parsed => EventCatalog.All.Select(type => type.Alias),
        "area" => parsed => EventArea.All.Select(area => area.Name),
        _ => null,
    };

    private static IEnumerable<CompletionItem> Complete(CompletionContext context, Func<ParseResult, IEnumerable<string>> names)
    {
        try
        {
            return [.. names(context.ParseResult)
                .Where(name => name.StartsWith(context.WordToComplete, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new CompletionItem(name))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException or ArgumentException)
        {
            return []; // a shell that completes wants no complaints
        }
    }

    private static IEnumerable<string> Properties() =>
        Enum.GetValues<QubeClass>().SelectMany(@class => PropertyCatalog.Of(@class)).Concat(PropertyCatalog.Global).Select(property => property.Name).Distinct();

    // The file is never more than a second behind the log, and reading it needs no server.
    private static IEnumerable<string> Qubes(ParseResult parsed)
    {
        var root = parsed.RootCommandResult.Command.Subcommands.SelectMany(verb => verb.Options).OfType<Option<string?>>()
            .Where(option => option.Name == "--root").Select(parsed.GetResult).OfType<System.CommandLine.Parsing.OptionResult>().FirstOrDefault()?.Tokens;
        var file = new RootedPaths(root is [var token] ? token.Value : null).OnDisk("/var/lib/qubes/qubes.xml");
        if (!File.Exists(file) || new FileInfo(file).Length > MostBytes)
        {
            return [];
        }

        var names = new List<string>();
        using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        while (reader.ReadToFollowing("domain"))
        {
            using var domain = reader.ReadSubtree();
            while (domain.ReadToFollowing("property"))
            {
                if (domain.GetAttribute("name") == "name")
                {
                    names.Add(domain.ReadElementContentAsString());
                    break;
                }
            }
        }

        names.Add("dom0");
        return names.Distinct();
    }
}
