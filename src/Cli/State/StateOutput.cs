using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary>A state as people and as machines read it.</summary>
internal static class StateOutput
{
    /// <summary>A table of the qubes.</summary>
    internal static Table Table(World world)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns("name", "class", "label", "template", "netvm", "state");
        foreach (var qube in world.InOrder())
        {
            table.AddRow(new[] { qube.Name, qube.ClassName, Property("label"), Property("template"), Property("netvm"), PowerStates.Of(world, qube) }
                .Select(text => Markup.Escape(Terminal.Printable(text))).ToArray());

            string Property(string name) => PropertyCatalog.Find(qube.Class, name) is { } property
                ? SettingsView.Show(world, PropertyValues.Get(world, qube, property)) ?? "-"
                : "-";
        }

        return table;
    }

    /// <summary>The settings of one qube, or one of them.</summary>
    /// <param name="world">The state.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="property">The only property wanted; null for everything.</param>
    /// <exception cref="HistoryException">The qube has no such property.</exception>
    internal static Grid Settings(World world, Qube qube, string? property)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        IEnumerable<Setting> settings = property is null ? SettingsView.Of(world, qube) : [Named(world, qube, property)];
        foreach (var setting in settings)
        {
            var value = setting switch
            {
                { Value: null } => "(none)",
                { Value: "", Kind: not SettingKind.Tag } => "''",
                _ => string.Join('\n', setting.Value.Split('\n').Select(Terminal.Printable)),
            };
            grid.AddRow(Markup.Escape(Terminal.Printable(setting.Label)), Markup.Escape(value + (setting.IsDefault ? " (default)" : "")));
        }

        return grid;
    }

    /// <summary>The state as members of an object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="world">The state.</param>
    /// <param name="only">The only qube wanted; null for everything.</param>
    /// <param name="property">The only property wanted of it; null for all.</param>
    internal static void Write(Utf8JsonWriter json, World world, Qube? only = null, string? property = null)
    {
        json.WriteNumber("position", world.Position.Value);
        if (only is null)
        {
            json.WriteStartObject("global");
            WriteProperties(json, SettingsView.Properties(world, null));
            json.WriteEndObject();
            WriteSubjects(json, world, "labels", SubjectKind.Label);
            WriteSubjects(json, world, "pools", SubjectKind.Pool);
            json.WriteStartObject("host");
            WriteFacts(json, SettingsView.Find(world, Subject.Host) ?? []);
            json.WriteEndObject();
        }

        json.WriteStartObject("qubes");
        foreach (var qube in only is null ? world.InOrder() : [only])
        {
            json.WriteStartObject(qube.Name);
            json.WriteString("class", qube.ClassName);
            json.WriteString("uuid", qube.Id.Value);
            json.WriteString("state", PowerStates.Of(world, qube));
            if (property is not null)
            {
                WriteProperties(json, [Named(world, qube, property)]);
            }
            else
            {
                WriteQube(json, world, qube);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static Setting Named(World world, Qube qube, string property) => PropertyCatalog.Find(qube.Class, property) is { } known
        ? new Setting(SettingKind.Property, property, SettingsView.Show(world, PropertyValues.Get(world, qube, known)))
        {
            IsDefault = PropertyValues.Explicit(world, qube, known) is null,
        }
        : throw new HistoryException($"the qube '{qube.Name}' has no property '{property}'");

    private static void WriteQube(Utf8JsonWriter json, World world, Qube qube)
    {
        var settings = SettingsView.Of(world, qube).ToLookup(setting => setting.Kind);
        WriteProperties(json, settings[SettingKind.Property]);
        WriteMap(json, "features", settings[SettingKind.Feature]);
        json.WriteStrings("tags", qube.Tags);
        WriteMap(json, "devices", settings[SettingKind.Device]);
        WriteMap(json, "volumes", settings[SettingKind.Volume]);
        json.WriteString("notes", qube.Notes);
        if (qube.Firewall is { } rules)
        {
            json.WriteStrings("firewall", rules.Select(FirewallRuleText.ToApi));
        }
        else
        {
            json.WriteNull("firewall");
        }
    }

    private static void WriteProperties(Utf8JsonWriter json, IEnumerable<Setting> properties)
    {
        var all = properties.ToList();
        json.WriteStartObject("properties");
        foreach (var setting in all)
        {
            json.WriteString(setting.Name, setting.Value ?? "");
        }

        json.WriteEndObject();
        json.WriteStrings("defaults", all.Where(setting => setting.IsDefault).Select(setting => setting.Name));
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<Setting> settings)
    {
        json.WriteStartObject(name);
        WriteFacts(json, settings);
        json.WriteEndObject();
    }

    private static void WriteSubjects(Utf8JsonWriter json, World world, string name, SubjectKind kind)
    {
        json.WriteStartObject(name);
        foreach (var subject in SettingsView.Subjects(world).Where(subject => subject.Kind == kind))
        {
            json.WriteStartObject(subject.Name);
            WriteFacts(json, SettingsView.Find(world, subject) ?? []);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            json.WriteString(setting.Name, setting.Value);
        }
    }
}
