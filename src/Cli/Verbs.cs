using System.CommandLine;

namespace Qubes.Cqrs.Cli;

/// <summary>The verbs of <c>qubes-history</c>.</summary>
internal static class Verbs
{
    // One line a verb. Only the one that is called is made: all of them would cost its first line milliseconds.
    private static readonly (string Name, Func<Command> Create)[] All =
    [
        ("log", LogVerb.Create),
        ("watch", WatchVerb.Create),
        ("show", ShowVerb.Create),
        ("at", AtVerb.Create),
        ("qubesdb", QubesDbVerb.Create),
        ("diff", DiffVerb.Create),
        ("blame", BlameVerb.Create),
        ("forget", ForgetVerb.Create),
        ("mark", MarkVerb.Create),
        ("restore", RestoreVerb.Create),
        ("revert", RevertVerb.Create),
        ("plan", PlanFileVerbs.CreatePlan),
        ("apply", PlanFileVerbs.CreateApply),
        ("export", ExportVerb.Create),
        ("import", ImportVerb.Create),
        ("bisect", BisectVerb.Create),
        ("fork", ForkVerb.Create),
        ("what-if", WhatIfVerb.Create),
        ("verify", VerifyVerb.Create),
        ("prove", ProveVerb.Create),
        ("check", CheckVerb.Create),
        ("checkpoint", CheckpointVerb.Create),
        ("stats", StatsVerb.Create),
        ("completion", CompletionVerb.Create),
        ("replay", ReplayVerb.Create),
        ("replay-speed", ReplaySpeedVerb.Create),
        ("at-speed", AtSpeedVerb.Create),
        ("prove-speed", ProveSpeedVerb.Create),
        ("man-page", () => ManPageVerb.Create(Whole)),
    ];

    /// <summary>Reads a command line.</summary>
    internal static ParseResult Parse(string[] arguments)
    {
        var named = arguments is [var first, ..] ? Array.Find(All, verb => verb.Name == first) : default;
        return (named.Create is { } create ? Of([create()]) : Whole()).Parse(arguments);
    }

    /// <summary>The program with all its verbs.</summary>
    internal static RootCommand Whole()
    {
        var program = Of(All.Select(verb => verb.Create()));
        KnownNames.AddTo(program);
        return program;
    }

    private static RootCommand Of(IEnumerable<Command> verbs)
    {
        var program = new RootCommand("qubes-history: who changed what in this system, and what it was at any moment.");
        verbs.ToList().ForEach(program.Add);
        return program;
    }
}
