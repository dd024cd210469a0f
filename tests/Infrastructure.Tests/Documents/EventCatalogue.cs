using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Writes <c>docs/event-catalogue.md</c> from the code: every event with its fields, as its JSON in the log has them.</summary>
internal sealed class EventCatalogue
{
    /// <summary>What a client hears on <c>admin.Events</c> of a decision that recorded the event and nothing else; events that are not here give nothing.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Wire = new Dictionary<string, string[]>
    {
        ["property-set"] = ["property-pre-set:", "property-set:"],
        ["property-reset"] = ["property-pre-reset:", "property-pre-del:", "property-reset:", "property-del:"],
        ["feature-set"] = ["domain-feature-pre-set:", "domain-feature-set:"],
        ["feature-remove"] = ["domain-feature-pre-delete:", "domain-feature-delete:"],
        ["tag-add"] = ["domain-tag-add:"],
        ["tag-remove"] = ["domain-tag-delete:"],
        ["firewall-set"] = ["firewall-changed"],
        ["firewall-expired"] = ["firewall-changed"],
        ["domain-add"] = ["domain-add"],
        ["domain-create-on-disk"] = ["domain-create-on-disk"],
        ["volume-change-advance"] = ["domain-volume-import-begin"],
        ["volume-change"] = ["domain-volume-import-end", "domain-import-volume"],
        ["volume-change-failed"] = ["domain-volume-import-end"],
        ["domain-delete"] = ["domain-pre-delete", "domain-delete", "domain-remove-from-disk"],
        ["pool-add"] = ["pool-add"],
        ["pool-remove"] = ["pool-pre-delete", "pool-delete"],
        ["device-assign"] = ["device-pre-assign:", "device-assign:", "device-assignment-changed:"],
        ["device-unassign"] = ["device-unassign:"],
        ["domain-pre-start"] = ["domain-pre-start"],
        ["domain-pre-spawn"] = ["domain-pre-spawn"],
        ["domain-spawn"] = ["domain-spawn"],
        ["domain-start"] = ["domain-start"],
        ["domain-start-failed"] = ["domain-start-failed"],
        ["domain-activity"] = ["domain-paused", "domain-unpaused", "domain-resumed"],
        ["domain-pre-shutdown"] = ["domain-pre-shutdown"],
        ["domain-shutdown-failed"] = ["domain-shutdown-failed"],
        ["domain-stopped"] = ["domain-stopped"],
        ["domain-shutdown"] = ["domain-shutdown"],
        ["network-connect"] = ["domain-qdb-create", "net-domain-connect"],
        ["device-attach"] = ["device-attach:"],
        ["device-detach"] = ["device-detach:"],
        ["device-pre-attach"] = ["device-pre-attach:"],
        ["device-pre-detach"] = ["device-pre-detach:"],
        ["devices-observed"] = ["device-list-change:", "device-added:", "device-removed:"],
    };

    private const string Head = """
        # The events of the log

        Every event that the log can hold, made from the code; write this page anew with

        ```sh
        COMMAND
        ```

        *Alias* is the name in the column `type`, for ever: what means something else gets another alias. *Stream* is what `stream_id` holds. *Retention* is `Configuration`
        (kept), or `Activity` (kept as long as the configuration says); everything about a disposable that goes when it stops is kept beside the log instead
        (docs/adr/0005-ephemeral.md). The fields are those of the JSON in `data`, by these very names. An event that was erased has `{}` there, and every field of it reads as nothing.
        Who caused an event, when and through which call stands beside it: docs/event-log.md.

        *On `admin.Events`* are the events that clients hear of, in order, when a decision recorded this and nothing else; a name that ends in `:` goes on with
        the name of the property, feature, tag or device class. Where a decision had other consequences, exactly what was told is recorded with it (`Announced` in the headers).
        Labels, volumes and notes are not announced, as with the original.

        A *value of a property* says what it is and how it is written: `{"Kind":"Integer","Text":"400"}`, `{"Kind":"Qube","Text":null}` for no qube.

        """;

    private readonly DocComments comments = DocComments.Of(typeof(DomainEvent).Assembly);
    private readonly NullabilityInfoContext nullability = new();
    private readonly SortedDictionary<string, Type> parts = new(StringComparer.Ordinal);
    private readonly HashSet<Type> enums = [];
    private readonly StringBuilder text = new();

    private EventCatalogue()
    {
    }

    /// <summary>The page.</summary>
    /// <param name="samples">One event of each type.</param>
    /// <param name="command">What writes the page anew.</param>
    internal static string Write(IReadOnlyList<DomainEvent> samples, string command)
    {
        var page = new EventCatalogue();
        page.text.Append(Head.Replace("COMMAND", command, StringComparison.Ordinal).ReplaceLineEndings("\n")).Append('\n');
        foreach (var type in EventCatalog.All)
        {
            page.Add(type, samples.Single(sample => sample.GetType() == type.ClrType));
        }

        page.AddParts();
        return page.text.ToString();
    }

    private void Add(EventType type, DomainEvent sample)
    {
        Line($"## `{type.Alias}`\n");
        Line($"{comments.Summary(type.ClrType)}\n");
        Line($"- `{type.ClrType.Name}`, stream `{Stream(type.ClrType, sample)}`, retention `{type.Retention}`");
        var wire = Wire.TryGetValue(type.Alias, out var names) ? string.Join(", ", names.Select(name => $"`{name}`")) : "nothing";
        Line($"- On `admin.Events`: {wire}\n");
        AddFields(type.ClrType);
    }

    private void AddFields(Type type)
    {
        Line($"| field | type | meaning |\n|---|---|---|");
        foreach (var property in Fields(type))
        {
            Line($"| `{property.Name}` | {TypeOf(property)} | {comments.Of(property).Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        Line($"");
    }

    private void AddParts()
    {
        Line($"# What fields hold\n");
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (parts.FirstOrDefault(part => !done.Contains(part.Key)) is { Value: { } type } part)
        {
            done.Add(part.Key);
            Line($"## {part.Key}\n");
            Line($"{comments.Summary(type)}\n");
            AddFields(type);
        }

        foreach (var type in enums.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            Line($"## {type.Name}\n\n{comments.Summary(type)}\n\n| value | meaning |\n|---|---|");
            foreach (var name in Enum.GetNames(type))
            {
                Line($"| `{name}` | {comments.Field(type, name)} |");
            }

            Line($"");
        }
    }

    // As the serializer orders them: the record's own first, those of its base after them.
    private static IEnumerable<PropertyInfo> Fields(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null && property.CanWrite && property.GetIndexParameters().Length == 0);

    private static string Stream(Type type, DomainEvent sample)
    {
        var name = sample.Stream.Value;
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        var kind = dash < 0 ? name : name[..dash] + "-…";
        var mayBeSystem = type.GetProperty("Qube") is { } qube && Nullable.GetUnderlyingType(qube.PropertyType) is not null;
        return mayBeSystem ? "qube-…` or `system" : kind;
    }

    private string TypeOf(PropertyInfo property)
    {
        var mayBeNull = Nullable.GetUnderlyingType(property.PropertyType) is not null || nullability.Create(property).WriteState == NullabilityState.Nullable;
        return Name(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) + (mayBeNull ? " or null" : "");
    }

    private string Name(Type type)
    {
        if (type.IsGenericType)
        {
            return "list of " + Name(type.GetGenericArguments()[^1]);
        }

        if (type.IsEnum)
        {
            enums.Add(type);
            return Link(type.Name);
        }

        switch (type.Name)
        {
            case "String":
                return "text";
            case "Boolean":
                return "true or false";
            case "Int32" or "Int64":
                return "number";
            case "QubeId":
                return "UUID of a qube";
            case "PropertyValue":
                return "value of a property"; // has a form of its own
        }

        if (Fields(type).Any())
        {
            parts[type.Name] = type;
            return Link(type.Name);
        }

        return $"`{type.Name}`, as text";
    }

    private static string Link(string name) => $"[{name}](#{name.ToLowerInvariant()})";

    private void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}
