using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Makes storage pools from the attributes in a store, as their drivers' constructors do.</summary>
/// <remarks>Source: spec, storage 1. What a store says is not checked against the host.</remarks>
internal static class StorePools
{
    /// <summary>The pool, or null with the reason why its driver refuses it.</summary>
    public static Pool? Read(StoreElement element, out string reason)
    {
        var name = element.Find("name");
        var driver = element.Find("driver");
        reason = "";
        if (name is null || driver is null)
        {
            reason = "it needs a name and a driver";
            return null;
        }

        if (PoolDrivers.Find(driver) is not { } taken)
        {
            reason = $"there is no driver '{driver}'";
            return null;
        }

        var options = element.Attributes.Where(entry => entry.Key is not ("name" or "driver"))
            .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        if (options.Keys.FirstOrDefault(key => taken.Options.All(option => option.Name != key)) is { } unknown)
        {
            reason = $"the driver '{driver}' has no option {unknown}";
            return null;
        }

        try
        {
            return new Pool(name, driver, PoolDesign.Make(name, taken, options).ToConfig());
        }
        catch (DomainException refused)
        {
            reason = refused.Message;
            return null;
        }
    }
}
