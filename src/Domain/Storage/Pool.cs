namespace Qubes.Cqrs.Domain;

/// <summary>A storage pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Driver">Its driver.</param>
/// <param name="Config">Every saved attribute, <c>name</c> and <c>driver</c> included, in the order of the store. Source: spec, storage 1.</param>
public sealed record Pool(string Name, string Driver, EquatableArray<NamedText> Config)
{
    /// <summary>The value of a configuration key, or null.</summary>
    public string? Find(string key)
    {
        foreach (var entry in Config)
        {
            if (entry.Name == key)
            {
                return entry.Value;
            }
        }

        return null;
    }
}
