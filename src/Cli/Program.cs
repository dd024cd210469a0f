using Qubes.Cqrs.Cli;

return await Verbs.Parse(args).InvokeAsync();
