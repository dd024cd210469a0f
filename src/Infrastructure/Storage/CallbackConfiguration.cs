using System.Collections.Frozen;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The file that tells callback pools which driver they wrap, and which commands are run around it.</summary>
/// <remarks>Source: spec, storage 10. An object of objects; only the administrator can write to it.</remarks>
internal static class CallbackConfiguration
{
    internal const string FilePath = "/etc/qubes_callback.json";

    private const int MaxBytes = 1 << 20;

    /// <summary>The entry that a pool names.</summary>
    /// <exception cref="StorageRefusedException">The file or the entry cannot be used; the text says why.</exception>
    internal static CallbackEntry Read(string onDisk, string confId)
    {
        try
        {
            if (new FileInfo(onDisk) is not { Exists: true, Length: <= MaxBytes })
            {
                throw new StorageRefusedException($"The file {FilePath} is not there, or too long.");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(onDisk));
            return Read(document.RootElement, confId);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StorageRefusedException($"The file {FilePath} cannot be read: {refused.Message}");
        }
    }

    private static CallbackEntry Read(JsonElement root, string confId)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new StorageRefusedException($"The file {FilePath} is supposed to define a dict.");
        }

        if (!root.TryGetProperty(confId, out var entry) || entry.ValueKind != JsonValueKind.Object)
        {
            throw new StorageRefusedException($"The specified conf_id {confId} could not be found inside {FilePath}.");
        }

        var name = TextOf(entry, "bdriver", confId) ?? throw new StorageRefusedException($"Missing bdriver for the conf_id {confId} inside {FilePath}.");
        var driver = PoolDrivers.Find(name) is { Name: not (PoolDrivers.Callback or PoolDrivers.LinuxKernel) } found
            ? found
            : throw new StorageRefusedException($"The driver {name} was not found on your system.");
        return new CallbackEntry(
            confId, driver, Options(entry, confId), TextOf(entry, "cmd", confId) ?? "", Callbacks(entry, confId), SignalsBack(entry), entry.GetRawText());
    }

    private static FrozenDictionary<string, string> Callbacks(JsonElement entry, string confId) => CallbackEntry.Names
        .Select(name => (Name: name, Command: TextOf(entry, name, confId)))
        .Where(callback => callback.Command is { Length: > 0 })
        .ToFrozenDictionary(callback => callback.Name, callback => callback.Command ?? "", StringComparer.Ordinal);

    private static FrozenDictionary<string, string> Options(JsonElement entry, string confId)
    {
        if (!entry.TryGetProperty("bdriver_args", out var options) || options.ValueKind == JsonValueKind.Null)
        {
            return FrozenDictionary<string, string>.Empty;
        }

        return options.ValueKind == JsonValueKind.Object
            ? options.EnumerateObject().DistinctBy(option => option.Name).ToFrozenDictionary(option => option.Name, option => Scalar(option.Value, confId), StringComparer.Ordinal)
            : throw Unusable("bdriver_args", confId);
    }

    // Numbers and truth values as the store spells them.
    private static string Scalar(JsonElement value, string confId) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        _ => throw Unusable("bdriver_args", confId),
    };

    private static string? TextOf(JsonElement entry, string name, string confId) => !entry.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw Unusable(name, confId),
    };

    private static bool SignalsBack(JsonElement entry) => entry.TryGetProperty("signal_back", out var value) && value.ValueKind == JsonValueKind.True;

    private static StorageRefusedException Unusable(string what, string confId) => new($"{what} of the conf_id {confId} inside {FilePath} cannot be used.");
}
