using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Features that the qube itself reads: services, settings, and what persists.</summary>
/// <remarks>Source: spec, qubesdb.md 2; extensions.md, services, vm_config, custom_persist.</remarks>
internal static class FeatureKeys
{
    private const string Service = "service.";
    private const string App = "app-dispvm.";
    private const string Setting = "vm-config.";
    private const string Persist = "custom-persist.";
    private const string Meminfo = "meminfo-writer";
    private const int MaxServiceBytes = 48;

    /// <summary>Whether a change of the feature is passed on to a qube that runs.</summary>
    internal static bool Concerns(string feature) =>
        feature.StartsWith(Service, StringComparison.Ordinal) || feature.StartsWith(Setting, StringComparison.Ordinal) ||
        feature.StartsWith(Persist, StringComparison.Ordinal);

    /// <summary>All of them, for a new database.</summary>
    internal static void WriteAll(DatabaseEdits edits, Qube qube)
    {
        foreach (var prefix in (string[])[Service, Setting, Persist])
        {
            foreach (var (feature, value) in qube.Features.Where(feature => feature.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                Write(edits, qube, feature, value);
            }

            if (prefix == Service)
            {
                var writes = PropertyValues.Get(edits.World, qube, "maxmem")?.AsInteger() > 0;
                edits.Write(qube.Id, "/qubes-service/" + Meminfo, writes ? "1" : "0");
            }
        }
    }

    /// <summary>One of them, as it is now; null when it was removed.</summary>
    internal static void Write(DatabaseEdits edits, Qube qube, string feature, string? value)
    {
        switch (feature)
        {
            case var name when name.StartsWith(Service, StringComparison.Ordinal):
                WriteService(edits, qube, name[Service.Length..], value);
                break;
            case var name when name.StartsWith(Setting, StringComparison.Ordinal):
                edits.WriteOrRemove(qube.Id, "/vm-config/" + name[Setting.Length..], value);
                break;
            case var name when name.StartsWith(Persist, StringComparison.Ordinal):
                edits.WriteOrRemove(qube.Id, "/persist/" + name[Persist.Length..], value);
                break;
        }
    }

    // The feature service.meminfo-writer becomes a maximum of memory and never stays, so it says nothing about the key.
    private static void WriteService(DatabaseEdits edits, Qube qube, string service, string? value)
    {
        if (Encoding.UTF8.GetByteCount(service) <= MaxServiceBytes && service != Meminfo)
        {
            edits.WriteOrRemove(qube.Id, "/qubes-service/" + service, value is null ? null : value.Length > 0 ? "1" : "0");
        }

        if (service.StartsWith(App, StringComparison.Ordinal) && service[App.Length..] is { Length: > 0 } app)
        {
            edits.WriteOrRemove(qube.Id, "/hash-app-dispvm/" + Hash(app), string.IsNullOrEmpty(value) ? null : app);
        }
    }

    // Names of applications can be longer than paths.
    private static string Hash(string app) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(app)));
}
