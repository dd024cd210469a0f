using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What <c>postmaster.pid</c> in a cluster's folder says about the running server.</summary>
/// <param name="ProcessId">The postmaster.</param>
/// <param name="Port">Its port, part of the socket's name.</param>
/// <param name="SocketDirectory">Where its socket lies.</param>
/// <param name="Status"><c>starting</c>, <c>ready</c> or <c>stopping</c>.</param>
/// <remarks>Source: PostgreSQL's documentation, "Database File Layout"; the lines in order: process id, data directory, start time,
/// port, socket directory, listen address, shared memory key, status.</remarks>
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketDirectory, string Status)
{
    /// <summary>Whether the server takes connections.</summary>
    public bool IsReady => Status == "ready";

    /// <summary>Whether the server is on its way down.</summary>
    public bool IsStopping => Status == "stopping";

    /// <summary>The running postmaster of a cluster; null when there is none, or when the file was left behind by one that died.</summary>
    public static PostmasterFile? FindRunning(string dataDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(dataDirectory, "postmaster.pid"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (lines.Length == 0 || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId) || !Serves(processId, dataDirectory))
        {
            return null;
        }

        var port = lines.Length > 3 && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var number) ? number : 0;
        return new PostmasterFile(processId, port, lines.Length > 4 ? lines[4] : "", lines.Length > 7 ? lines[7].Trim() : "starting");
    }

    /// <summary>Whether the process is a living PostgreSQL that works in the cluster's folder: a process id alone may have been given anew.</summary>
    public static bool Serves(int processId, string dataDirectory)
    {
        var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim() is "postgres" or "postmaster" &&
                File.ResolveLinkTarget(Path.Combine(process, "cwd"), returnFinalTarget: false)?.FullName == RealPath(dataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or somebody else's
        }
    }

    private static string RealPath(string directory)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(directory).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var step = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(step, returnFinalTarget: true)?.FullName ?? step;
        }

        return real;
    }
}
