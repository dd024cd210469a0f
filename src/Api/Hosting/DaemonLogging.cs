using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>How the daemon logs: to standard error, in lines for people and the journal, or as JSON.</summary>
internal static class DaemonLogging
{
    internal static ILoggerFactory Create(DaemonConfiguration configuration, bool debug) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(debug ? LogLevel.Debug : configuration.LogLevel switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.Information,
        });
        _ = configuration.LogFormat == "json"
            ? builder.AddJsonConsole(options => options.UseUtcTimestamp = true)
            : builder.AddSystemdConsole(options => options.IncludeScopes = false);
        builder.Services.Configure(StandardError);
    });

    private static void StandardError(ConsoleLoggerOptions options) => options.LogToStandardErrorThreshold = LogLevel.Trace;
}
