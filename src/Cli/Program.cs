using System.CommandLine;
using Qubes.Cqrs.Cli;

var command = new RootCommand("qubes-history: who changed what in this system, and what it was at any moment.")
{
    LogVerb.Create(),
    ShowVerb.Create(),
    AtVerb.Create(),
    QubesDbVerb.Create(),
    DiffVerb.Create(),
    BlameVerb.Create(),
    VerifyVerb.Create(),
    MarkVerb.Create(),
    BisectVerb.Create(),
    ForkVerb.Create(),
    WhatIfVerb.Create(),
    ReplaySpeedVerb.Create(),
    ReplayVerb.Create(),
    AtSpeedVerb.Create(),
};
return await command.Parse(args).InvokeAsync();
