using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>A qube's part of the answer, and all that it was made of.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Label">Its label, if it has one.</param>
/// <param name="Power">Its power state.</param>
/// <param name="References">The qubes that it refers to, and whether they were there.</param>
/// <param name="Utf8">Name and values as JSON.</param>
/// <remarks>Source: spec, admin-api.yaml, internal.GetSystemInfo: order of the keys, separators and escapes are those of Python's writer.</remarks>
internal sealed record SystemInfoEntry(Qube Qube, Label? Label, string Power, ImmutableArray<(QubeId Id, bool Exists)> References, byte[] Utf8)
{
    private static readonly string[] ReferenceProperties = ["default_dispvm", "guivm", "relayvm"];

    internal static SystemInfoEntry Of(World world, Qube qube, string power)
    {
        var label = LabelOf(world, qube);
        var references = ReferenceProperties.Select(property => Value(world, qube, property)?.AsQube()).OfType<QubeId>()
            .Select(id => (id, world.Qubes.ContainsKey(id)));
        return new SystemInfoEntry(qube, label, power, [.. references], Encoding.ASCII.GetBytes(Json(world, qube, label, power)));
    }

    internal static Label? LabelOf(World world, Qube qube) =>
        qube.Properties.Find("label")?.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label) ? label : null;

    private static string Json(World world, Qube qube, Label? label, string power)
    {
        var facts = new WorldPolicyQube(world, qube);
        var json = new StringBuilder();
        Append(json, qube.Name).Append(": {\"internal\": ");
        Append(json, qube.Features.Find("internal")).Append(", \"tags\": [");
        var separator = "";
        foreach (var tag in qube.Tags)
        {
            Append(json.Append(separator), tag);
            separator = ", ";
        }

        Append(json.Append("], \"type\": "), qube.ClassName);
        json.Append(", \"template_for_dispvms\": ").Append(Templates.IsForDisposables(qube) ? "true" : "false");
        Append(json.Append(", \"default_dispvm\": "), facts.DefaultDisposableTemplate);
        Append(json.Append(", \"icon\": "), facts.Icon);
        Append(json.Append(", \"label\": "), label?.Color);
        Append(json.Append(", \"guivm\": "), facts.GuiVm);
        Append(json.Append(", \"relayvm\": "), facts.RelayVm);
        Append(json.Append(", \"transport_rpc\": "), facts.TransportRpc);
        Append(json.Append(", \"power_state\": "), power);
        Append(json.Append(", \"uuid\": "), qube.Id.ToString());
        return json.Append('}').ToString();
    }

    private static PropertyValue? Value(World world, Qube qube, string property) =>
        PropertyCatalog.Find(qube.Class, property) is { } definition ? PropertyValues.Get(world, qube, definition) : null;

    private static StringBuilder Append(StringBuilder json, string? text)
    {
        if (text is null)
        {
            return json.Append("null");
        }

        json.Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                >= ' ' and <= '~' => json.Append(character),
                _ => json.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
            };
        }

        return json.Append('"');
    }
}
