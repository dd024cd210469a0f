namespace Qubes.Cqrs.Domain;

/// <summary>A storage pool that a client wants to have registered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Driver">Its driver.</param>
/// <param name="Options">Every option of the driver with its value, whether it was given or not, as the store spells it.</param>
public sealed record NewPool(string Name, PoolDriver Driver, EquatableArray<NamedText> Options)
{
    /// <summary>The value of an option, or null.</summary>
    public string? Find(string option)
    {
        foreach (var entry in Options)
        {
            if (entry.Name == option)
            {
                return entry.Value;
            }
        }

        return null;
    }

    /// <summary>The attributes that the store keeps, in its order.</summary>
    public EquatableArray<NamedText> ToConfig() => Driver.Saved.Select(key => new NamedText(key, key switch
    {
        "name" => Name,
        "driver" => Driver.Name,
        _ => Find(key) ?? "",
    })).ToEquatableArray();
}
