using System.CommandLine;
using Qubes.Cqrs.Cli;

return await Verbs.Parse(args).InvokeAsync();
