using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd storage check</c>: has the daemon look at all storage for what is not as the log says, and mend it.</summary>
/// <remarks>docs/storage.md. Ends with 0 when all is well or was mended, with 2 when something is left, with 1 when nothing could be looked at.</remarks>
internal static class StorageCommand
{
    private const int Unsound = 2;
    private const string Examples =
        "\n\nEnds with 0 when nothing was found or all of it was mended, with 2 when something is left, with 1 when the daemon could not be asked." +
        "\n\nExamples:\n  qubesd storage check\n  qubesd storage check --fix\n  qubesd storage check --json | jq '.pools[].strays'";

    internal static Command Create() => new("storage", "Look after pools and volumes.") { CreateCheck() };

    private static Command CreateCheck()
    {
        var root = new Option<string?>("--root") { Description = "Ask the daemon that keeps its files below this folder.", HelpName = "DIR" };
        var fix = new Option<bool>("--fix")
        {
            Description = "Make volumes that were never made, commit or drop what a run wrote to a qube that is off, and remove what interrupted work left. " +
                "Data that may be somebody's is never removed.",
        };
        var json = new Option<bool>("--json") { Description = "Print the daemon's report as JSON." };
        var command = new Command("check", "Find data in pools that belongs to no qube, and volumes that are not as they should be." + Examples) { root, fix, json };
        command.SetAction((parsed, ct) => CheckAsync(parsed.GetValue(root), parsed.GetValue(fix), parsed.GetValue(json), ct));
        return command;
    }

    private static async Task<int> CheckAsync(string? root, bool fix, bool json, CancellationToken ct)
    {
        try
        {
            var report = await DaemonSocket.AskAsync(
                DaemonSocket.PathOf(root, "admin"), DaemonSocket.Header("qubes.cqrs.StorageCheck", fix ? "fix" : "", "dom0", "dom0"), ct).ConfigureAwait(false);
            using var document = JsonDocument.Parse(report);
            await Console.Out.WriteAsync(json ? Encoding.UTF8.GetString(report.Span) + "\n" : new StorageReportText(document.RootElement, fix).Write()).ConfigureAwait(false);
            return document.RootElement.GetProperty("sound").GetBoolean() ? 0 : Unsound;
        }
        catch (Exception reason) when (reason is SocketException or IOException or RefusedException or JsonException)
        {
            await Console.Error.WriteLineAsync($"qubesd: storage cannot be checked: {TerminalText.Printable(DaemonSocket.TextOf(reason))}").ConfigureAwait(false);
            return 1;
        }
    }
}
