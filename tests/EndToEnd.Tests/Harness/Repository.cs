namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Where the things under test and the data of the tests lie.</summary>
internal static class Repository
{
    private const string MarkerFile = "Qubes.Cqrs.sln";

    /// <summary>The folder of the solution, found by walking up from the test's own files.</summary>
    public static string Root { get; } = FindRoot();

    public static string ProjectFolder { get; } = Path.Combine(Root, "tests", "EndToEnd.Tests");

    public static string Transcripts { get; } = Path.Combine(ProjectFolder, "Transcripts");

    public static string HostYaml { get; } = Path.Combine(Transcripts, "host.yaml");

    /// <summary>The daemon: <c>QUBESD_BIN</c>, else the published executable, else the newest build.</summary>
    /// <exception cref="FileNotFoundException">There is none: the tests fail rather than pass without having run.</exception>
    public static string Daemon() => Executable("QUBESD_BIN", "qubesd", "Api");

    /// <summary>The history tool beside it; <c>QUBES_HISTORY_BIN</c> names another.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string History() => Executable("QUBES_HISTORY_BIN", "qubes-history", "Cli");

    private static string Executable(string variable, string name, string project)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new FileNotFoundException($"{variable} names {named}, which does not exist.");
        }

        var published = Path.Combine(Root, "artifacts", "bin", name);
        if (File.Exists(published))
            return published;

        var builds = new[] { "Release", "Debug" }
            .Select(configuration => Path.Combine(Root, "src", project, "bin", configuration, "net10.0", name))
            .Where(File.Exists)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .ToList();
        return builds.Count > 0
            ? builds[0]
            : throw new FileNotFoundException(
                $"There is no {name} to test: build it (scripts/build leaves it at artifacts/bin/{name}) or set {variable}.");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, MarkerFile)))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"{MarkerFile} is in no folder above {AppContext.BaseDirectory}.");
    }
}
