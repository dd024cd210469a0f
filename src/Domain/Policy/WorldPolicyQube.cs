namespace Qubes.Cqrs.Domain;

/// <summary>A qube of a <see cref="World"/> as a policy sees it; nothing is worked out before somebody asks.</summary>
/// <remarks>Source: spec, admin-api.yaml, internal.GetSystemInfo.</remarks>
public sealed class WorldPolicyQube(World world, Qube qube) : IPolicyQube
{
    /// <inheritdoc/>
    public string Name => qube.Name;

    /// <inheritdoc/>
    public string Uuid => qube.Id.ToString();

    /// <inheritdoc/>
    public string ClassName => qube.ClassName;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Tags => qube.Tags;

    /// <inheritdoc/>
    public bool IsTemplateForDisposables => Templates.IsForDisposables(qube);

    /// <inheritdoc/>
    public string? DefaultDisposableTemplate => NameOf("default_dispvm");

    /// <inheritdoc/>
    public bool IsRunning => PowerStates.Of(world, qube) == "Running";

    /// <inheritdoc/>
    public bool IsInternal => qube.Features.Find("internal") is { Length: > 0 };

    /// <inheritdoc/>
    public string? Icon => qube.Properties.Find("label")?.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label) ? "appvm-" + label.Name : null;

    /// <inheritdoc/>
    public string? GuiVm => NameOf("guivm");

    /// <inheritdoc/>
    public string? RelayVm => NameOf("relayvm");

    /// <inheritdoc/>
    public string? TransportRpc => Value("transport_rpc")?.Text is { Length: > 0 } transport ? transport : null;

    /// <inheritdoc/>
    public bool HasTag(string tag) => qube.Tags.Contains(tag);

    private PropertyValue? Value(string property) =>
        PropertyCatalog.Find(qube.Class, property) is { } definition ? PropertyValues.Get(world, qube, definition) : null;

    private string? NameOf(string property) => world.Find(Value(property)?.AsQube())?.Name;
}
