using System.CommandLine;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>The options of the load.</summary>
public sealed class LoadOptions
{
    private readonly Option<int[]> qubes = new("--qubes")
    {
        Description = "Sizes of the hosts, which run side by side.",
        DefaultValueFactory = _ => [20, 200, 1000],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> methods = new("--methods")
    {
        Description = "Methods to measure.",
        DefaultValueFactory = _ => [.. Workload.Methods],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> clients = new("--clients") { Description = "Clients of the crowded case.", DefaultValueFactory = _ => 32 };

    private readonly Option<int> connections = new("--insert-connections")
    {
        Description = "Connections of the bare insert beside the crowded case.",
        DefaultValueFactory = _ => 16,
    };

    private readonly Option<int> rounds = new("--rounds") { Description = "Rounds per figure.", DefaultValueFactory = _ => 5 };

    private readonly Option<double> seconds = new("--seconds")
    {
        Description = "Length of a round; pgbench knows only whole seconds.",
        DefaultValueFactory = _ => 0.6,
    };

    private readonly Option<double> warmUp = new("--warm-up")
    {
        Description = "Seconds of warm-up per method and host.",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<bool> threads = new("--client-threads") { Description = "Clients are blocking threads instead of asynchronous loops." };

    private readonly Option<string> populate = new("--populate")
    {
        Description = "How the hosts get their qubes: created through the API, or by the import of a generated qubes.xml.",
        DefaultValueFactory = _ => "api",
    };

    /// <summary>Makes the options.</summary>
    public LoadOptions()
    {
        populate.AcceptOnlyFromAmong("api", "import");
        methods.AcceptOnlyFromAmong([.. Workload.Methods, .. Workload.OnDemand]);
        foreach (var option in (Option<int>[])[clients, connections, rounds])
            option.RequirePositive();
    }

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[qubes, methods, clients, connections, rounds, seconds, warmUp, threads, populate])
            verb.Options.Add(option);
    }

    /// <summary>Reads what was given.</summary>
    public LoadSettings Read(ParseResult given) => new(
        given.GetRequiredValue(qubes), given.GetRequiredValue(methods), given.GetRequiredValue(clients), given.GetRequiredValue(connections),
        given.GetRequiredValue(rounds), TimeSpan.FromSeconds(given.GetRequiredValue(seconds)),
        TimeSpan.FromSeconds(given.GetRequiredValue(warmUp)), given.GetRequiredValue(threads), given.GetRequiredValue(populate) == "import");
}
