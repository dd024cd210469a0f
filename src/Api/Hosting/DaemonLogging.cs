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
        builder.AddConsole(options =>
        {
            options.FormatterName = configuration.LogFormat == "json" ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Systemd;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
        });
    });
}
