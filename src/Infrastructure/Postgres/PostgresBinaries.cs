using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An installed PostgreSQL server.</summary>
/// <param name="Directory">The folder of <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Major">Its major version.</param>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The oldest version that the log runs on.</summary>
    public const int OldestMajor = 15;

    private const string HowToInstall =
        "Install it: apt-get install postgresql (Debian, Ubuntu) or dnf install postgresql-server (Fedora), or name its folder in the configuration.";

    /// <summary>The server program.</summary>
    public string Server => Path.Combine(Directory, "postgres");

    /// <summary>The program that makes a cluster.</summary>
    public string InitDb => Path.Combine(Directory, "initdb");

    /// <summary>Finds the server for a cluster: the configured folder, else the places of Debian and Fedora, the newest version first.</summary>
    /// <param name="configured">The only folder to look at, or null.</param>
    /// <param name="clusterMajor">The version that made the cluster; null for a new one.</param>
    /// <param name="clusterDirectory">The cluster, for messages.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="PostgresSetupException">There is none that fits; the message says what to do.</exception>
    public static async Task<PostgresBinaries> FindAsync(string? configured, int? clusterMajor, string clusterDirectory, CancellationToken ct)
    {
        var found = new List<PostgresBinaries>();
        foreach (var directory in configured is null ? Candidates() : [configured])
        {
            if (File.Exists(Path.Combine(directory, "postgres")) && File.Exists(Path.Combine(directory, "initdb")) &&
                await ReadMajorAsync(Path.Combine(directory, "postgres"), ct) is { } major)
            {
                found.Add(new PostgresBinaries(directory, major));
                if (major == clusterMajor || (clusterMajor is null && major >= OldestMajor))
                {
                    return found[^1];
                }
            }
        }

        if (found.Count == 0)
        {
            throw new PostgresSetupException(
                $"No PostgreSQL server was found{(configured is null ? "" : " in " + configured)}; the event log needs version {OldestMajor} or newer. {HowToInstall}");
        }

        var newest = found.MaxBy(binaries => binaries.Major) ?? found[0];
        throw clusterMajor is { } old
            ? new PostgresSetupException(UpgradeAdvice(old, newest, clusterDirectory))
            : new PostgresSetupException($"The PostgreSQL in {newest.Directory} has version {newest.Major}; the event log needs {OldestMajor} or newer. {HowToInstall}");
    }

    private static string UpgradeAdvice(int old, PostgresBinaries newest, string cluster) => string.Create(
        CultureInfo.InvariantCulture,
        $"The event log in {cluster} was made by PostgreSQL {old}, but the installed version is {newest.Major} ({newest.Directory}). " +
        $"Install version {old} beside it, or upgrade the log as the account that owns it, in a folder it may write to: " +
        $"{newest.InitDb} -D {cluster}.{newest.Major} --username=qubes --encoding=UTF8 --locale=C --data-checksums && " +
        $"{Path.Combine(newest.Directory, "pg_upgrade")} --username=qubes --old-bindir=/usr/lib/postgresql/{old}/bin --new-bindir={newest.Directory} " +
        $"--old-datadir={cluster} --new-datadir={cluster}.{newest.Major} ; then put {cluster}.{newest.Major} in the place of {cluster}.");

    private static IEnumerable<string> Candidates()
    {
        foreach (var folder in Versioned("/usr/lib/postgresql", "").Concat(Versioned("/usr", "pgsql-")))
        {
            yield return folder;
        }

        yield return "/usr/bin";
        yield return "/usr/local/pgsql/bin";
    }

    private static IEnumerable<string> Versioned(string parent, string prefix) => System.IO.Directory.Exists(parent)
        ? System.IO.Directory.EnumerateDirectories(parent, prefix + "*")
            .Select(path => (Path: path, IsNumber: int.TryParse(Path.GetFileName(path)[prefix.Length..], CultureInfo.InvariantCulture, out var number), Number: number))
            .Where(entry => entry.IsNumber)
            .OrderByDescending(entry => entry.Number)
            .Select(entry => Path.Combine(entry.Path, "bin"))
        : [];

    private static async Task<int?> ReadMajorAsync(string server, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(server, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true });
        if (process is null)
        {
            return null;
        }

        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var match = MajorPattern().Match(output);
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d{1,4})")]
    private static partial Regex MajorPattern();
}
