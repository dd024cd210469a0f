using System.Globalization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What the environment may set; README.md of this project lists them.</summary>
internal static class Knobs
{
    public static TimeSpan FuzzTime { get; } = TimeSpan.FromSeconds(Number("QUBES_FUZZ_SECONDS", 20));

    public static int? FuzzSeed { get; } =
        Environment.GetEnvironmentVariable("QUBES_FUZZ_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static int CrashRounds { get; } = Number("QUBES_CRASH_ROUNDS", 50);

    public static int PostgresCrashRounds { get; } = Number("QUBES_CRASH_PG_ROUNDS", 5);

    public static int IdleConnections { get; } = Number("QUBES_IDLE_CONNECTIONS", 4000);

    public static int DeafSubscriberWrites { get; } = Number("QUBES_DEAF_WRITES", 20000);

    /// <summary>The operations of storage in which the daemon is to die; all when none is named.</summary>
    public static string[] StorageOperations { get; } =
        (Environment.GetEnvironmentVariable("QUBES_STORAGE_OPERATIONS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Keeps the root directories and logs of the daemons instead of deleting them.</summary>
    public static bool KeepRoots { get; } = Number("QUBES_E2E_KEEP", 0) != 0;

    /// <summary>Whether a recorded script is to be run: its name starts with one of those that are named, or none is named.</summary>
    public static bool IsWanted(string script) => Scripts.Length == 0 || Scripts.Any(start => script.StartsWith(start, StringComparison.Ordinal));

    private static readonly string[] Scripts =
        (Environment.GetEnvironmentVariable("QUBES_SCRIPTS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
