namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A qube as the naive interpreter knows it.</summary>
internal sealed record NaiveQube(string Name, string Uuid, string Class)
{
    internal string[] Tags { get; init; } = [];

    internal bool MakesDisposables { get; init; }

    internal string? DefaultDispvm { get; init; }

    internal bool Runs { get; init; }

    internal bool Internal { get; init; }

    internal string? Relay { get; init; }

    internal string? Transport { get; init; }

    public override string ToString() =>
        $"{Name} {Uuid} {Class} tags={string.Join(',', Tags)} template_for_dispvms={MakesDisposables} default_dispvm={DefaultDispvm} runs={Runs} " +
        $"internal={Internal} relayvm={Relay} transport_rpc={Transport}";
}
