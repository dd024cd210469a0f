using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A qube as <c>internal.GetSystemInfo</c> lists it.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on system data.</remarks>
internal sealed class ListedQube : IPolicyQube
{
    private readonly HashSet<string> tags;

    internal ListedQube(string name, JsonElement listed)
    {
        Name = name;
        tags = new HashSet<string>(Find(listed, "tags") is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(TextOf).OfType<string>() : [], StringComparer.Ordinal);
        Uuid = Text(listed, "uuid") ?? "";
        ClassName = Text(listed, "type") ?? "";
        IsTemplateForDisposables = Find(listed, "template_for_dispvms")?.ValueKind == JsonValueKind.True;
        DefaultDisposableTemplate = Text(listed, "default_dispvm");
        IsRunning = Text(listed, "power_state") == "Running";
        IsInternal = Text(listed, "internal") is { Length: > 0 };
        Icon = Text(listed, "icon");
        GuiVm = Text(listed, "guivm");
        RelayVm = Text(listed, "relayvm");
        TransportRpc = Text(listed, "transport_rpc");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Uuid { get; }

    /// <inheritdoc/>
    public string ClassName { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Tags => tags;

    /// <inheritdoc/>
    public bool IsTemplateForDisposables { get; }

    /// <inheritdoc/>
    public string? DefaultDisposableTemplate { get; }

    /// <inheritdoc/>
    public bool IsRunning { get; }

    /// <inheritdoc/>
    public bool IsInternal { get; }

    /// <inheritdoc/>
    public string? Icon { get; }

    /// <inheritdoc/>
    public string? GuiVm { get; }

    /// <inheritdoc/>
    public string? RelayVm { get; }

    /// <inheritdoc/>
    public string? TransportRpc { get; }

    /// <inheritdoc/>
    public bool HasTag(string tag) => tags.Contains(tag);

    private static JsonElement? Find(JsonElement listed, string name) => listed.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement listed, string name) => Find(listed, name) is { } value ? TextOf(value) : null;

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
