using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The qubes that <c>internal.GetSystemInfo</c> lists.</summary>
internal sealed class ListedSystem : IPolicySystem
{
    private readonly Dictionary<string, IPolicyQube> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IPolicyQube> byUuid = new(StringComparer.Ordinal);
    private readonly Lazy<PolicyChoices> choices;

    private ListedSystem() => choices = new Lazy<PolicyChoices>(() => new PolicyChoices(byName.Values));

    /// <inheritdoc/>
    public PolicyChoices Choices => choices.Value;

    /// <summary>The names of all qubes.</summary>
    internal IEnumerable<string> Names => byName.Keys;

    /// <inheritdoc/>
    public IPolicyQube? Find(string name) => byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public IPolicyQube? FindUuid(string uuid) => byUuid.GetValueOrDefault(uuid);

    /// <summary>Reads the daemon's answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static ListedSystem Read(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        var system = new ListedSystem();
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("domains", out var domains) || domains.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("the daemon lists no qubes");
        }

        foreach (var domain in domains.EnumerateObject().Where(domain => domain.Value.ValueKind == JsonValueKind.Object))
        {
            var qube = new ListedQube(domain.Name, domain.Value);
            system.byName[qube.Name] = qube;
            system.byUuid[qube.Uuid] = qube;
        }

        return system;
    }
}
