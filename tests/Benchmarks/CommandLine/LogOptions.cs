using System.CommandLine;
using Qubes.Cqrs.Benchmarks.Replay;
using Qubes.Cqrs.Benchmarks.Startup;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>The options of the measurements that need a filled log.</summary>
public sealed class LogOptions
{
    private readonly Option<long[]> events = new("--events")
    {
        Description = "Events to have in the log; the largest number counts for the replay.",
        DefaultValueFactory = _ => [10_000, 1_000_000],
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> qubes = new("--log-qubes") { Description = "Qubes on the host whose log is filled.", DefaultValueFactory = _ => 200 };

    private readonly Option<int> restarts = new("--restarts") { Description = "Starts per size of the log.", DefaultValueFactory = _ => 5 };

    private readonly Option<int> fillClients = new("--fill-clients") { Description = "Clients that fill the log.", DefaultValueFactory = _ => 128 };

    private readonly Option<int> fillMinutes = new("--fill-minutes")
    {
        Description = "Minutes after which filling is given up and what there is gets measured.",
        DefaultValueFactory = _ => 15,
    };

    private readonly Option<int> rounds = new("--replay-rounds") { Description = "Replays and raw reads, in turns.", DefaultValueFactory = _ => 3 };

    /// <summary>Makes the options.</summary>
    public LogOptions()
    {
        foreach (var option in (Option<int>[])[qubes, restarts, fillClients, fillMinutes, rounds])
            option.RequirePositive();
    }

    /// <summary>Adds those of the start to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[events, qubes, restarts, fillClients, fillMinutes])
            verb.Options.Add(option);
    }

    /// <summary>Adds those of the replay to a verb that has those of the start.</summary>
    public void AddReplayTo(Command verb) => verb.Options.Add(rounds);

    /// <summary>Reads what was given for the start.</summary>
    public StartSettings ReadStart(ParseResult given) => new(
        given.GetRequiredValue(events), given.GetRequiredValue(qubes), given.GetRequiredValue(restarts),
        given.GetRequiredValue(fillClients), TimeSpan.FromMinutes(given.GetRequiredValue(fillMinutes)));

    /// <summary>Reads what was given for the replay.</summary>
    public ReplaySettings ReadReplay(ParseResult given) => new(ReadStart(given), given.GetRequiredValue(rounds));
}
