using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Reads the features, tags and devices of a qube.</summary>
/// <remarks>Source: spec, qubes-xml 2 and 4.</remarks>
internal static class StoreContents
{
    private const string Any = "*";

    /// <summary>The qube with them.</summary>
    public static Qube Read(StoreElement domain, Qube qube, World world, Action<int, string> warn)
    {
        var features = domain.At("features", "feature")
            .Aggregate(SmallMap<string>.Empty, (map, element) => map.With(element.Required("name"), element.Text ?? ""));
        var tags = Qube.EmptyTags.Union(domain.At("tags", "tag").Select(element => element.Required("name")));
        qube = StoreMigrations.MemoryBalancing(qube with { Features = features, Tags = tags });
        return qube.IsLocal ? Devices(domain, qube, world, warn) : qube;
    }

    private static Qube Devices(StoreElement domain, Qube qube, World world, Action<int, string> warn)
    {
        var assigned = new List<DeviceAssignment>();
        foreach (var devices in domain.Named("devices"))
        {
            var @class = devices.Required("class");
            foreach (var element in devices.Named("device"))
            {
                if (Device(element, @class, world, out var reason) is { } device)
                {
                    assigned.Add(device);
                }
                else
                {
                    warn(element.Line, $"device '{element.Find("id")}' of '{qube.Name}' is left out: {reason}");
                }
            }
        }

        // Of entries for the same device the last one counts, as it would if they were assigned one after the other.
        var distinct = assigned.AsEnumerable().Reverse().DistinctBy(device => (device.Class, device.Backend, device.Port, device.Device)).Reverse();
        return qube with { Devices = distinct.ToEquatableArray() };
    }

    private static DeviceAssignment? Device(StoreElement element, string @class, World world, out string reason)
    {
        var backend = element.Find("backend-domain") ?? "";
        if (backend != Any && world.Find(backend) is null)
        {
            reason = $"there is no qube '{backend}'";
            return null;
        }

        if (element.Find("id") is not { } port)
        {
            reason = "it has no id";
            return null;
        }

        if (element.Children.Count > DeviceAssignment.MostOptions)
        {
            reason = $"it has more than {DeviceAssignment.MostOptions} options";
            return null;
        }

        if (Mode(element, out reason) is not { } mode)
        {
            return null;
        }

        var options = element.Named("option")
            .Aggregate(SmallMap<string>.Empty, (map, option) => map.With(option.Required("name"), option.Text ?? ""));

        // Older stores had the identity among the options; beside the attribute, "identity" is an option like any other.
        var identity = element.Find("identity");
        return new DeviceAssignment(
            @class,
            backend,
            @class == PciDevice.Class ? StoreMigrations.PciPort(port, world.Host.PciDevices) : port,
            identity ?? options.Find("identity") ?? Any,
            mode,
            (identity is null ? options.Without("identity") : options).Select(entry => new NamedText(entry.Key, entry.Value)).ToEquatableArray());
    }

    private static string? Mode(StoreElement element, out string reason)
    {
        reason = "";
        if (element.Find("required") is { } required)
        {
            if (StoreText.AsBoolean(required) is { } isRequired)
            {
                return isRequired ? "required" : "auto-attach";
            }

            reason = $"Invalid literal for boolean property: '{required}'";
            return null;
        }

        var mode = element.Find("mode") ?? "required";
        if (mode is "required" or "auto-attach" or "ask-to-attach")
        {
            return mode;
        }

        reason = $"'{mode}' is no mode";
        return null;
    }
}
