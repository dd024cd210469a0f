using System.Globalization;

namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>A running PostgreSQL server below a daemon's root, as its postmaster.pid describes it.</summary>
/// <param name="ProcessId">The postmaster.</param>
/// <param name="SocketDirectory">Where its UNIX socket lies.</param>
/// <param name="Port">The number in the socket's name.</param>
/// <param name="User">The user id that it runs as.</param>
public sealed record Postmaster(int ProcessId, string SocketDirectory, int Port, uint User)
{
    /// <summary>The folder of PostgreSQL's programs.</summary>
    public string? ProgramDirectory => Path.GetDirectoryName(ProcessFacts.Executable(ProcessId));

    /// <summary>Finds the server of a daemon's root; null if none runs.</summary>
    /// <remarks>A stale file may name a process of somebody else: only one that executes "postgres" counts.</remarks>
    public static Postmaster? Find(string root)
    {
        var state = Path.Combine(root, "var/lib/qubes");
        if (!Directory.Exists(state))
            return null;
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 6 };
        return Directory.EnumerateFiles(state, "postmaster.pid", everywhere).Select(Read).FirstOrDefault(found => found is not null);
    }

    /// <summary>Stops the server: fast first, at once if that takes more than 30 s.</summary>
    public async Task StopAsync()
    {
        foreach (var signal in (int[])[Native.SigInt, Native.SigQuit, Native.SigKill])
        {
            if (!Native.Signal(ProcessId, signal) || await ProcessFacts.WaitForEndAsync(ProcessId, TimeSpan.FromSeconds(30)))
                return;
        }
    }

    private static Postmaster? Read(string file)
    {
        var lines = File.ReadAllLines(file);
        if (lines.Length < 5 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId))
            return null;
        var executable = Path.GetFileName(ProcessFacts.Executable(processId) ?? "");
        return executable.StartsWith("postgres", StringComparison.Ordinal)
            ? new(processId, lines[4], int.Parse(lines[3], CultureInfo.InvariantCulture), ProcessFacts.User(processId))
            : null;
    }
}
