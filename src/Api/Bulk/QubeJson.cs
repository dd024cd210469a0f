using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Writes what is known of one qube; a group that the caller may not ask for is left out.</summary>
internal static class QubeJson
{
    /// <summary>Writes the qube.</summary>
    internal static void Write(Utf8JsonWriter json, CallerView view, Qube qube)
    {
        json.WriteStartObject();
        json.WriteString("name", qube.Name);
        json.WriteString("class", qube.ClassName);
        json.WriteString("power_state", PowerStates.Of(view.World, qube));
        if (view.May("admin.vm.property.GetAll", "", qube))
        {
            json.WritePropertyName("properties");
            PropertyJson.Write(json, view, qube);
        }

        if (view.May("admin.vm.feature.List", "", qube))
        {
            WriteFeatures(json, view, qube);
        }

        if (view.May("admin.vm.tag.List", "", qube))
        {
            json.WriteStrings("tags", qube.Tags);
        }

        WriteDevices(json, view, qube);
        if (view.May("admin.vm.volume.List", "", qube))
        {
            WriteVolumes(json, view, qube);
        }

        json.WriteEndObject();
    }

    private static void WriteFeatures(Utf8JsonWriter json, CallerView view, Qube qube)
    {
        json.WriteStartObject("features");
        foreach (var (feature, value) in qube.Features)
        {
            if (view.May("admin.vm.feature.Get", feature, qube))
            {
                json.WriteString(feature, value);
            }
        }

        json.WriteEndObject();
    }

    // By class, then by the identity that the standard calls use.
    private static void WriteDevices(Utf8JsonWriter json, CallerView view, Qube qube)
    {
        json.WriteStartObject("devices");
        json.WriteStartObject("assigned");
        foreach (var devices in qube.Devices.Items.IsEmpty ? [] : qube.Devices.GroupBy(device => device.Class))
        {
            if (view.May($"admin.vm.device.{devices.Key}.Assigned", "", qube))
            {
                json.WriteStartObject(devices.Key);
                foreach (var device in devices)
                {
                    Write(json, device);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
        WriteAvailable(json, view, qube);
        json.WriteEndObject();
    }

    private static void WriteAvailable(Utf8JsonWriter json, CallerView view, Qube qube)
    {
        json.WriteStartObject("available");
        foreach (var @class in KnownDevices.Classes)
        {
            if (KnownDevices.Of(view.World, qube, @class).ToList() is { Count: > 0 } devices && view.May($"admin.vm.device.{@class}.Available", "", qube))
            {
                json.WriteStartObject(@class);
                foreach (var device in devices)
                {
                    Write(json, device);
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeviceInfo device)
    {
        json.WriteStartObject($"{device.Port}:{device.Device}");
        json.WriteString("port", device.Port);
        json.WriteString("device", device.Device);
        json.WriteString("interfaces", device.Interfaces);
        foreach (var text in device.Texts())
        {
            json.WriteString(text.Name, text.Value);
        }

        if (device.Parent is { } parent)
        {
            json.WriteString("parent_class", parent.Class);
            json.WriteString("parent_port", parent.Port);
        }

        StateJson.WriteTexts(json, "data", device.Data);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeviceAssignment device)
    {
        json.WriteStartObject($"{device.Backend}+{device.Port}:{device.Device}");
        json.WriteString("backend", device.Backend);
        json.WriteString("port", device.Port);
        json.WriteString("device", device.Device);
        json.WriteString("mode", device.Mode);
        StateJson.WriteTexts(json, "options", device.Options);
        json.WriteEndObject();
    }

    private static void WriteVolumes(Utf8JsonWriter json, CallerView view, Qube qube)
    {
        json.WriteStartObject("volumes");
        foreach (var volume in qube.Volumes)
        {
            json.WriteStartObject(volume.Name);
            if (view.May("admin.vm.volume.Info", volume.Name, qube))
            {
                Write(json, view.World, qube, volume);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, World world, Qube qube, VolumeConfig volume)
    {
        json.WriteString("pool", volume.Pool);
        json.WriteString("vid", Volumes.Vid(world, qube, volume));
        json.WriteNumber("size", volume.SizeBytes);
        json.WriteNumber("revisions_to_keep", volume.RevisionsToKeep);
        json.WriteBoolean("rw", volume.Rw);
        json.WriteBoolean("save_on_stop", volume.SaveOnStop);
        json.WriteBoolean("snap_on_start", volume.SnapOnStart);
        if (volume.Ephemeral is { } ephemeral)
        {
            json.WriteBoolean("ephemeral", ephemeral);
        }

        if (volume.Source is { } source)
        {
            json.WriteString("source", source);
        }
    }
}
