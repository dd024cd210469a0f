namespace Qubes.Cqrs.Domain;

/// <summary>A storage driver: what it is told, and what the store keeps of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">Its options, in the order in which the API lists them.</param>
/// <param name="Saved">The attributes that are kept, in the order of the store; <c>name</c> and <c>driver</c> are among them.</param>
public sealed record PoolDriver(string Name, EquatableArray<PoolOption> Options, EquatableArray<string> Saved)
{
    /// <summary>Whether pools of the driver keep an attribute.</summary>
    public bool Keeps(string attribute) => Saved.Contains(attribute, StringComparer.Ordinal);
}
