using System.Xml.Linq;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Sets a property of a qube to ever new values.</summary>
internal sealed class PropertyWriter(string prefix, string qube) : Writer(prefix)
{
    private const string Property = "default_user";
    private const string Head = "default=False type=str ";

    protected override Write Next(string token) =>
        new(new AdminRequest("admin.vm.property.Set") { Arg = Property, Destination = qube, Payload = AdminRequest.Bytes(token) }, token, token);

    protected override async Task<string?> ReadAsync(AdminClient client, string candidate, CancellationToken ct)
    {
        var content = await client.MustAsync("admin.vm.property.Get", Property, qube, "", ct);
        return content.StartsWith(Head, StringComparison.Ordinal) ? content[Head.Length..] : null;
    }

    protected override bool InStore(XDocument store, string? value) =>
        Named(Qube(store, qube)?.Element("properties"), "property", Property)?.Value == value;
}

/// <summary>Sets a feature of a qube to ever new values.</summary>
internal sealed class FeatureWriter(string prefix, string qube) : Writer(prefix)
{
    private readonly string feature = "crash-" + prefix;

    protected override Write Next(string token) =>
        new(new AdminRequest("admin.vm.feature.Set") { Arg = feature, Destination = qube, Payload = AdminRequest.Bytes(token) }, token, token);

    protected override async Task<string?> ReadAsync(AdminClient client, string candidate, CancellationToken ct)
    {
        var reply = await client.CallAsync("admin.vm.feature.Get", feature, qube, "", ct);
        return reply.IsOk ? reply.Content : null;
    }

    protected override bool InStore(XDocument store, string? value) =>
        Named(Qube(store, qube)?.Element("features"), "feature", feature)?.Value == value;
}

/// <summary>Adds a tag of its own to a qube and takes it away again, and so on.</summary>
internal sealed class TagWriter(string prefix, string qube) : Writer(prefix)
{
    protected override Write Next(string token) => Current is null
        ? new(new AdminRequest("admin.vm.tag.Set") { Arg = token, Destination = qube }, token, token)
        : new(new AdminRequest("admin.vm.tag.Remove") { Arg = Current, Destination = qube }, Current, null);

    protected override async Task<string?> ReadAsync(AdminClient client, string candidate, CancellationToken ct) =>
        candidate.Length > 0 && await client.MustAsync("admin.vm.tag.Get", candidate, qube, "", ct) == "1" ? candidate : null;

    protected override bool InStore(XDocument store, string? value)
    {
        var tags = Qube(store, qube)?.Element("tags");
        return value is null ? tags is not null : Named(tags, "tag", value) is not null;
    }
}

/// <summary>Creates a label and removes it again, and so on.</summary>
internal sealed class LabelWriter(string prefix) : Writer(prefix)
{
    protected override Write Next(string token) => Current is null
        ? new(new AdminRequest("admin.label.Create") { Arg = token, Payload = AdminRequest.Bytes("0x123456") }, token, token)
        : new(new AdminRequest("admin.label.Remove") { Arg = Current }, Current, null);

    protected override async Task<string?> ReadAsync(AdminClient client, string candidate, CancellationToken ct)
    {
        var labels = await client.MustAsync("admin.label.List", "", "dom0", "", ct);
        return labels.Split('\n').Contains(candidate) && candidate.Length > 0 ? candidate : null;
    }

    protected override bool InStore(XDocument store, string? value) =>
        value is null || store.Descendants("label").Any(label => label.Value == value);
}
