using System.CommandLine;
using System.Runtime.InteropServices;
using Qubes.Cqrs.Api;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

if (CalledAs.Read() == QueryTool.Name)
{
    return QueryTool.Run(args);
}

if (args is ["query", ..])
{
    return QueryCommand.Run(args[1..]);
}

if (args is ["policy-service", ..])
{
    return PolicyServiceCommand.Run(args[1..]);
}

var root = new Option<string?>("--root") { Description = "Keep every file of the product below this folder; several daemons can run side by side then.", HelpName = "DIR" };
var config = new Option<string?>("--config") { Description = $"The configuration file; {DaemonConfiguration.DefaultFile} if not given.", HelpName = "FILE" };
var import = new Option<string?>("--import") { Description = "Take over this store: as the beginning of a new log, or as changes to an existing one.", HelpName = "QUBES_XML" };
var simulate = new Option<string?>("--simulate") { Description = "Run on a simulated host that this file describes (only with --root).", HelpName = "HOST_YAML" };
var debug = new Option<bool>("--debug") { Description = "Log more, and send traces with exceptions." };
var run = new Command("run", "Run the daemon until it gets SIGTERM or SIGINT.") { root, config, import, simulate, debug };
run.Validators.Add(result =>
{
    if (result.GetValue(simulate) is not null && result.GetValue(root) is null)
    {
        result.AddError("--simulate works only with --root: a simulated host must not touch the files of a real one.");
    }

    foreach (var file in new[] { config, import, simulate }.Select(result.GetValue).Where(file => file is not null && !File.Exists(file)))
    {
        result.AddError($"There is no file {file}.");
    }
});
run.SetAction((parsed, ct) => RunAsync(
    new RunOptions(parsed.GetValue(root), parsed.GetValue(config), parsed.GetValue(import), parsed.GetValue(simulate), parsed.GetValue(debug)), ct));
var command = new RootCommand("qubesd, the daemon behind the Qubes OS Admin API, on an event log.")
{
    run, StorageCommand.Create(), PolicyCommand.Create(), AnswerCommand.Create(), PackagedFilesCommand.Create(),
};
var given = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // @default names no file
var code = await given.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return given.Errors.Count > 0 && args is ["policy", ..] ? PolicyCommand.CannotRun : code; // 1 is an answer there

static async Task<int> RunAsync(RunOptions options, CancellationToken ct)
{
    try
    {
        var configuration = DaemonConfiguration.Load(options.ConfigFile ?? new RootedPaths(options.Root).OnDisk(DaemonConfiguration.DefaultFile));
        using var loggers = DaemonLogging.Create(configuration, options.Debug);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        return await new Daemon(options, configuration, loggers).RunAsync(stop.Token).ConfigureAwait(false);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            _ = stop.CancelAsync();
        }
    }
    catch (Exception refusal) when (refusal is ConfigurationException or QubesXmlException or SocketExistsException or WriterLostException
        or PostgresSetupException or LogRefusedException or EventLogUnavailableException or IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync($"qubesd: {refusal.Message}").ConfigureAwait(false);
        return 1;
    }
    catch (OperationCanceledException) when (ct.IsCancellationRequested)
    {
        return 0;
    }
}
