using System.Collections.Frozen;
using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Makes storage pools from the attributes in a store, as their drivers' constructors do.</summary>
/// <remarks>Source: spec, storage 1.</remarks>
internal static class StorePools
{
    private const string Revisions = "revisions_to_keep";
    private const string Ephemeral = "ephemeral_volatile";
    private const string Forensics = "snap_on_start_forensics";
    private const string SetupCheck = "setup_check";

    /// <summary>The saved attributes of each driver in order.</summary>
    private static readonly FrozenDictionary<string, string[]> Saved = new Dictionary<string, string[]>
    {
        ["file"] = ["name", "dir_path", "driver", Revisions, Ephemeral],
        ["file-reflink"] = ["name", "dir_path", "driver", Revisions, Ephemeral],
        ["lvm_thin"] = ["name", "volume_group", "thin_pool", "driver", Revisions, Ephemeral],
        ["zfs"] = ["name", "container", "driver", Revisions, Ephemeral, Forensics],
        ["linux-kernel"] = ["name", "dir_path", "driver"],
        ["callback"] = ["name", "driver", "conf_id"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

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

        if (!Saved.TryGetValue(driver, out var saved))
        {
            reason = $"there is no driver '{driver}'";
            return null;
        }

        var config = new List<NamedText>();
        foreach (var key in saved)
        {
            if (Value(key, element.Find(key)) is not { } value)
            {
                reason = element.Find(key) is { } refused ? $"'{refused}' is no value for {key}" : $"{key} is missing";
                return null;
            }

            config.Add(new(key, value));
        }

        foreach (var (key, _) in element.Attributes)
        {
            if (Array.IndexOf(saved, key) < 0 && !(key == SetupCheck && driver == "file-reflink"))
            {
                reason = $"the driver '{driver}' has no option {key}";
                return null;
            }
        }

        return new Pool(name, driver, config.ToEquatableArray());
    }

    private static string? Value(string key, string? given) => key switch
    {
        Revisions => given is null ? "1" : StoreText.AsInt32(given)?.ToString(CultureInfo.InvariantCulture),
        Ephemeral => given switch
        {
            "True" or "1" or "on" => "True",
            null or "" or "False" or "0" or "off" => "False",
            _ => null,
        },
        Forensics => given is null ? "False" : StoreText.AsBoolean(given) is { } value ? value ? "True" : "False" : null,
        _ => given,
    };
}
