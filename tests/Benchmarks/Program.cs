using System.CommandLine;
using System.Runtime.Versioning;
using Qubes.Cqrs.Benchmarks.CommandLine;

[assembly: SupportedOSPlatform("linux")]

// Whoever interrupts us gets the daemons and their PostgreSQL stopped first.
var patient = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
return await Verbs.Root().Parse(args).InvokeAsync(patient);
