using System.Security.Cryptography;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An active domain of a simulated host.</summary>
/// <param name="Definition">What was defined.</param>
/// <param name="Xid">Its number.</param>
/// <param name="StubdomXid">The number of the domain that emulates devices for it, or -1.</param>
/// <param name="Activity">What it does.</param>
public sealed record SimulatedDomain(SimulatedDefinition Definition, int Xid, int StubdomXid, DomainActivity Activity)
{
    /// <summary>The keys of its devices that were attached while it ran, or came with its definition.</summary>
    public EquatableArray<string> Devices { get; init; } = [];

    /// <summary>The identity of the domain that emulates devices for a qube: always the same one.</summary>
    internal static QubeId StubdomOf(QubeId qube) => new(new Guid(SHA256.HashData(qube.Value.ToByteArray()).AsSpan(0, 16)));
}

/// <summary>The domains of a simulated host.</summary>
public sealed record SimulatedDomains
{
    /// <summary>The number that was given last.</summary>
    public int LastXid { get; set; }

    /// <summary>The definitions.</summary>
    public Dictionary<QubeId, SimulatedDefinition> Defined { get; init; } = [];

    /// <summary>What is active.</summary>
    public Dictionary<QubeId, SimulatedDomain> Active { get; init; } = [];
}
