using System.CommandLine;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>at</c>: the state at a position.</summary>
internal static class AtVerb
{
    internal static Command Create()
    {
        var when = new Argument<string>("when") { Description = Moment.Description };
        var qube = new Option<string?>("--qube") { Description = "Only this qube: its properties, features and tags.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command("at", "Show the state at a position: as qubes.xml, or one qube.\n\nExamples:\n  qubes-history at 42\n  qubes-history at 42 --qube work --json") { when, qube, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var wanted = await Moment.FindAsync(log, parsed.GetValue(when), ct).ConfigureAwait(false);
            var world = await WorldReplay.AtAsync(log.Reader, log.Snapshots, wanted, ct).ConfigureAwait(false);
            var qubes = parsed.GetValue(qube) is { } name
                ? [world.Find(name) ?? throw new HistoryException($"there is no qube '{name}' at position {wanted}")]
                : world.InOrder().ToList();
            if (parsed.GetValue(json))
            {
                WriteJson(world, qubes);
            }
            else if (parsed.GetValue(qube) is null)
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(QubesXmlWriter.Write(world), ct).ConfigureAwait(false);
            }
            else
            {
                Write(world, qubes[0]);
            }

            return 0;
        });
    }

    private static void Write(World world, Qube qube)
    {
        foreach (var property in PropertyCatalog.Of(qube))
        {
            var isSet = PropertyValues.Explicit(world, qube, property) is not null;
            Console.WriteLine($"{property.Name} {(isSet ? "=" : "-")} {PropertyValues.Show(world, PropertyValues.Get(world, qube, property), "")}");
        }

        foreach (var (feature, value) in qube.Features)
        {
            Console.WriteLine($"feature {feature} = {value}");
        }

        foreach (var tag in qube.Tags)
        {
            Console.WriteLine($"tag {tag}");
        }
    }

    private static void WriteJson(World world, List<Qube> qubes) => JsonOutput.Write(json =>
    {
        json.WriteNumber("position", world.Position.Value);
        json.WriteStartObject("qubes");
        foreach (var qube in qubes)
        {
            json.WriteStartObject(qube.Name);
            json.WriteString("class", qube.ClassName);
            json.WriteString("uuid", qube.Id.Value);
            json.WriteStartObject("properties");
            foreach (var property in PropertyCatalog.Of(qube))
            {
                json.WriteString(property.Name, PropertyValues.Show(world, PropertyValues.Get(world, qube, property), ""));
            }

            json.WriteEndObject();
            json.WriteStartObject("features");
            foreach (var (feature, value) in qube.Features)
            {
                json.WriteString(feature, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("tags");
            foreach (var tag in qube.Tags)
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });
}
