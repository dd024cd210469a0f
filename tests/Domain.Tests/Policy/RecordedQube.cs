using System.Collections.Frozen;
using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A qube as <c>internal.GetSystemInfo</c> shows it.</summary>
internal sealed class RecordedQube(string name, JsonElement json) : IPolicyQube
{
    public string Name { get; } = name;

    public string Uuid { get; } = Text(json, "uuid") ?? "";

    public string ClassName { get; } = Text(json, "type") ?? "";

    public IReadOnlyCollection<string> Tags { get; } =
        json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString() ?? "").ToFrozenSet(StringComparer.Ordinal);

    public bool IsTemplateForDisposables { get; } = json.TryGetProperty("template_for_dispvms", out var yes) && yes.GetBoolean();

    public string? DefaultDisposableTemplate { get; } = Text(json, "default_dispvm");

    public bool IsRunning { get; } = Text(json, "power_state") == "Running";

    public bool IsInternal { get; } = Text(json, "internal") is { Length: > 0 };

    public string? Icon { get; } = Text(json, "icon");

    public string? GuiVm { get; } = Text(json, "guivm");

    public string? RelayVm { get; } = Text(json, "relayvm");

    public string? TransportRpc { get; } = Text(json, "transport_rpc");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public bool HasTag(string tag) => Tags.Contains(tag);
}
