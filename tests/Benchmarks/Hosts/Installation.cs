namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>Where the programs under measurement lie.</summary>
public static class Installation
{
    /// <summary>The daemon: QUBESD_BIN, else artifacts/bin/qubesd of the checkout.</summary>
    /// <exception cref="BenchmarkException">There is no such file.</exception>
    public static string Daemon => Find("QUBESD_BIN", "qubesd") is var program && File.Exists(program)
        ? program
        : throw new BenchmarkException($"{program} does not exist: run scripts/build, or name the daemon in QUBESD_BIN.");

    /// <summary>The history tool, whether it exists or not: QUBES_HISTORY_BIN, else artifacts/bin/qubes-history of the checkout.</summary>
    public static string HistoryTool => Find("QUBES_HISTORY_BIN", "qubes-history");

    /// <summary>The service that takes the data of a volume, as it is packaged.</summary>
    public static string ImportService => Path.Combine(Checkout(), "packaging/etc/qubes-rpc/admin.vm.volume.Import");

    /// <summary>The simulated host that daemons are started on.</summary>
    public static string HostFile => Path.Combine(AppContext.BaseDirectory, "host.yaml");

    /// <summary>How to start this program itself once more.</summary>
    public static IReadOnlyList<string> Ourselves
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new BenchmarkException("This program does not know its own path.");
            return Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? [program, typeof(Installation).Assembly.Location]
                : [program];
        }
    }

    private static string Find(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(Checkout(), "artifacts/bin", name);

    private static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Qubes.Cqrs.sln")))
                return folder.FullName;
        }
        throw new BenchmarkException($"No checkout around {AppContext.BaseDirectory}: name the programs in QUBESD_BIN and QUBES_HISTORY_BIN.");
    }
}
