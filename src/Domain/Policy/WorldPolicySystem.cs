namespace Qubes.Cqrs.Domain;

/// <summary>The qubes of a <see cref="World"/> as a policy sees them.</summary>
public sealed class WorldPolicySystem : IPolicySystem
{
    private readonly Lazy<PolicyChoices> choices;

    /// <summary>Looks at a state.</summary>
    public WorldPolicySystem(World world)
        : this(world, null)
    {
    }

    private WorldPolicySystem(World world, Lazy<PolicyChoices>? known)
    {
        World = world;
        choices = known ?? new Lazy<PolicyChoices>(() => new PolicyChoices(world.InOrder().Select(qube => new WorldPolicyQube(world, qube))));
    }

    /// <summary>The state.</summary>
    public World World { get; }

    /// <inheritdoc/>
    public PolicyChoices Choices => choices.Value;

    /// <inheritdoc/>
    public IPolicyQube? Find(string name) => World.Find(name) is { } qube ? new WorldPolicyQube(World, qube) : null;

    /// <inheritdoc/>
    public IPolicyQube? FindUuid(string uuid) =>
        QubeId.TryParse(uuid, out var id) && World.Find(id) is { } qube ? new WorldPolicyQube(World, qube) : null;

    /// <summary>Looks at another state; what can be chosen is worked out anew only when qubes changed, since power is no part of it.</summary>
    public WorldPolicySystem At(World world) => ReferenceEquals(world, World) ? this
        : new WorldPolicySystem(world, ReferenceEquals(world.Qubes, World.Qubes) ? choices : null);
}
