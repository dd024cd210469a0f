using System.Collections.Frozen;
using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The qubes of a recording, or made up.</summary>
internal sealed class RecordedSystem : IPolicySystem
{
    private readonly FrozenDictionary<string, IPolicyQube> byName;
    private readonly FrozenDictionary<string, IPolicyQube> byUuid;

    internal RecordedSystem(IReadOnlyCollection<IPolicyQube> qubes)
    {
        byName = qubes.ToFrozenDictionary(qube => qube.Name, StringComparer.Ordinal);
        byUuid = qubes.ToFrozenDictionary(qube => qube.Uuid, StringComparer.Ordinal);
        Choices = new PolicyChoices(qubes);
    }

    public PolicyChoices Choices { get; }

    public IPolicyQube? Find(string name) => byName.GetValueOrDefault(name);

    public IPolicyQube? FindUuid(string uuid) => byUuid.GetValueOrDefault(uuid);

    internal static RecordedSystem Of(JsonElement domains) =>
        new([.. domains.EnumerateObject().Select(domain => new RecordedQube(domain.Name, domain.Value))]);
}
