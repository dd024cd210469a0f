using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The file that tells callback pools which driver they wrap.</summary>
/// <remarks>Source: spec, storage 10.</remarks>
internal static class CallbackConfiguration
{
    internal const string FilePath = "/etc/qubes_callback.json";

    private const int MaxBytes = 1 << 20;

    /// <summary>Checks the entry that a pool names.</summary>
    internal static PoolSetup Check(string onDisk, string confId)
    {
        try
        {
            if (new FileInfo(onDisk) is not { Exists: true, Length: <= MaxBytes })
            {
                return Bad($"The file {FilePath} is not there, or too long.");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(onDisk));
            return Check(document.RootElement, confId);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException)
        {
            return Bad($"The file {FilePath} cannot be read: {refused.Message}");
        }
    }

    private static PoolSetup Check(JsonElement root, string confId)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Bad($"The file {FilePath} is supposed to define a dict.");
        }

        if (!root.TryGetProperty(confId, out var entry) || entry.ValueKind != JsonValueKind.Object)
        {
            return Bad($"The specified conf_id {confId} could not be found inside {FilePath}.");
        }

        if (!entry.TryGetProperty("bdriver", out var driver) || driver.ValueKind != JsonValueKind.String)
        {
            return Bad($"Missing bdriver for the conf_id {confId} inside {FilePath}.");
        }

        return PoolDrivers.Find(driver.GetString() ?? "") is null
            ? Bad($"The driver {driver.GetString()} was not found on your system.")
            : new PoolSetup(PoolSetupOutcome.NotBuilt);
    }

    private static PoolSetup Bad(string why) => new(PoolSetupOutcome.BadConfiguration, why);
}
