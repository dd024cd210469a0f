using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd policy</c>: checks the policy, asks it, and shows what it says.</summary>
/// <remarks>docs/policy.md.</remarks>
internal static class PolicyCommand
{
    /// <summary>What a verb ends with when it could not do what it was asked for; a malformed command line as well.</summary>
    internal const int CannotRun = 2;

    private const int LongestName = 255;

    internal static Command Create() =>
        new("policy", "Check the policy of qrexec, ask it, and show what it says.") { PolicyLintVerb.Create(), PolicyEvalVerb.CreateEval(), PolicyEvalVerb.CreateExplain(), PolicyGraphVerb.Create() };

    internal static Option<string?> Root() => new("--root") { Description = "Look at the files below this folder, and ask the daemon that keeps its files there.", HelpName = "DIR" };

    internal static Option<string?> Config() => new("--config") { Description = "The configuration of the daemon, which says where the log is; only with --at.", HelpName = "FILE" };

    internal static Option<bool> Json() => new("--json") { Description = "Print the answer as JSON." };

    internal static Option<string?> At() => new("--at")
    {
        Description = "Judge with policy and qubes as of this moment of the log: a position, head, a time (2026-11-20, '2026-11-20 14:00', yesterday, '2h ago'; UTC if " +
            "it names no other zone), or a mark. Disposables that left no trace in the log are not known then.",
        HelpName = "WHEN",
    };

    /// <summary>Whether a text can be a name of a call: it is no option, has no blanks and nothing that a terminal obeys, and is not longer than any name.</summary>
    internal static void CheckWord(ArgumentResult result)
    {
        CheckNoOption(result);
        foreach (var token in result.Tokens)
        {
            if (token.Value.Length > LongestName)
            {
                result.AddError($"A name has at most {LongestName} characters, not {token.Value.Length}.");
            }
            else if (token.Value.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            {
                result.AddError($"A name cannot have blanks or control characters: '{TerminalText.Printable(token.Value)}'.");
            }
        }
    }

    /// <summary>Whether no text is a misspelt option, which the parser takes for an argument.</summary>
    internal static void CheckNoOption(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
        {
            result.AddError($"There is no option {TerminalText.Printable(token.Value)}.");
        }
    }

    /// <summary>Runs a verb, and says what kept it from running.</summary>
    internal static async Task<int> RunAsync(string what, Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is SocketException or IOException or RefusedException or JsonException or PolicyToolException or QuestionException
            or EventLogUnavailableException or PostgresSetupException or LogRefusedException or ConfigurationException or UnknownEventException or LogGapException
            or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"qubesd: {what}: {TerminalText.Printable(DaemonSocket.TextOf(reason))}").ConfigureAwait(false);
            return CannotRun;
        }
    }
}
