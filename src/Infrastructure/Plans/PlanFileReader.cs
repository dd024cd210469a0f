using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads plan files: YAML, of which nothing is taken but what a plan can hold.</summary>
/// <remarks>docs/undo.md has the format.</remarks>
public sealed class PlanFileReader : IPlanFileReader
{
    /// <summary>The most bytes of a file: what one request to the daemon holds.</summary>
    public const int MostBytes = 65_000;

    // How deep lists and keys lie in each other; a plan needs four.
    private const int MostDepth = 8;

    private static readonly string[] Sections = ["labels", "global", "qubes"];
    private static readonly string[] OfQube = ["new", "absent", "properties", "features", "tags", "notes", "firewall"];

    /// <inheritdoc/>
    public PlanFile Read(ReadOnlyMemory<byte> untrustedFile)
    {
        if (untrustedFile.Length > MostBytes)
        {
            throw new InvalidRequestException($"the plan is too large: {untrustedFile.Length} bytes, and at most {MostBytes} are taken; divide it");
        }

        if (!Utf8Text.TryDecode(untrustedFile.Span, out var text))
        {
            throw new InvalidRequestException($"the plan is no UTF-8: {text}");
        }

        try
        {
            CheckForm(text);
            return YamlValue.Parse("plan", text) is { } root ? Read(root) : new PlanFile([], [], []);
        }
        catch (YamlException malformed)
        {
            throw Malformed(malformed.Start.Line, malformed.Start.Column, malformed.Message);
        }
        catch (ConfigurationException wrong)
        {
            throw Malformed(wrong.Line, wrong.Column, wrong.Problem);
        }
    }

    private static InvalidRequestException Malformed(long line, long column, string problem) =>
        new(FormattableString.Invariant($"line {line}, column {column}: {problem}"));

    // The tree is made by recursion and may share branches: neither may grow beyond what the file holds.
    private static void CheckForm(string text)
    {
        var depth = 0;
        for (var parser = new Parser(new StringReader(text)); parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease; // moved to, so there is one
            if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            {
                throw Malformed(parser.Current.Start.Line, parser.Current.Start.Column, "anchors and aliases are not taken");
            }

            if (depth > MostDepth)
            {
                throw Malformed(parser.Current.Start.Line, parser.Current.Start.Column, "too many levels");
            }
        }
    }

    private static PlanFile Read(YamlValue root)
    {
        EquatableArray<Wish> labels = [], global = [];
        EquatableArray<QubeWish> qubes = [];
        foreach (var (key, value) in root.Entries(Sections))
        {
            switch (key)
            {
                case "labels":
                    labels = Wishes(value);
                    break;
                case "global":
                    global = Wishes(value);
                    break;
                default:
                    qubes = value.Entries().Select(entry => Qube(entry.Key, entry.Value)).ToEquatableArray();
                    break;
            }
        }

        return new PlanFile(labels, global, qubes);
    }

    private static QubeWish Qube(string name, YamlValue value)
    {
        var wish = new QubeWish(name, value.Place);
        foreach (var (key, part) in value.Entries(OfQube))
        {
            wish = key switch
            {
                "new" => wish with { New = New(part) },
                "absent" => wish with { IsAbsent = part.Truth() },
                "properties" => wish with { Properties = Wishes(part) },
                "features" => wish with { Features = Wishes(part) },
                "tags" => Tags(wish, part),
                "notes" => wish with { Notes = new Wish("notes", part.IsNull ? "" : part.AnyScalar(), part.Place) },
                _ => wish with { Firewall = part.Items().Select(rule => new Wish(rule.AnyScalar(), null, rule.Place)).ToEquatableArray() },
            };
        }

        return wish.IsAbsent && wish != new QubeWish(name, value.Place) { IsAbsent = true }
            ? throw value.Error("a qube that is not to be there has no settings")
            : wish;
    }

    private static NewQubeWish New(YamlValue value)
    {
        string? @class = null, label = null, template = null;
        foreach (var (key, part) in value.Entries("class", "label", "template"))
        {
            switch (key)
            {
                case "class":
                    @class = part.OneOf([.. Enum.GetNames<QubeClass>()]);
                    break;
                case "label":
                    label = part.AnyScalar();
                    break;
                default:
                    template = part.AnyScalar();
                    break;
            }
        }

        return new NewQubeWish(
            Enum.Parse<QubeClass>(@class ?? throw value.Error("expected the class of the new qube")), label ?? throw value.Error("expected the label of the new qube"), template);
    }

    private static QubeWish Tags(QubeWish wish, YamlValue value)
    {
        if (value.IsList)
        {
            return wish with { HasAllTags = true, Tags = Names(value, "").ToEquatableArray() };
        }

        foreach (var (key, names) in value.Entries("add", "remove"))
        {
            wish = wish with { Tags = wish.Tags.Concat(Names(names, key == "add" ? "" : null)).ToEquatableArray() };
        }

        return wish;
    }

    private static IEnumerable<Wish> Names(YamlValue list, string? value) => list.Items().Select(item => new Wish(item.AnyScalar(), value, item.Place));

    private static EquatableArray<Wish> Wishes(YamlValue value) => value.Entries()
        .Select(entry => new Wish(entry.Key, entry.Value.IsNull ? null : entry.Value.AnyScalar(), entry.Value.Place)).ToEquatableArray();
}
