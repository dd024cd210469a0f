using System.CommandLine;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd answer</c>: a call that only reads, answered from the log as of a position; for <c>qubes-history at WHEN call</c>.</summary>
/// <remarks>Opens the log for reading, beside a daemon that runs or without one, and changes nothing.</remarks>
internal static class AnswerCommand
{
    internal static Command Create()
    {
        var root = new Option<string?>("--root");
        var config = new Option<string?>("--config");
        var at = new Option<long>("--at") { Required = true };
        var source = new Option<string>("--source") { DefaultValueFactory = _ => "dom0" };
        var raw = new Option<bool>("--raw");
        var method = new Argument<string>("method");
        var destination = new Argument<string>("destination");
        var argument = new Argument<string>("argument") { DefaultValueFactory = _ => "" };
        var command = new Command("answer", "Answer a call that only reads as of a position of the log.") { root, config, at, source, raw, method, destination, argument };
        command.Hidden = true;
        command.SetAction(async (parsed, ct) =>
        {
            try
            {
                var (world, time) = await PastWorldReader.ReadAsync(
                    parsed.GetValue(root), parsed.GetValue(config), (_, head, _) => Check(new LogPosition(parsed.GetValue(at)), head), ct).ConfigureAwait(false);
                using var reply = new ReplyWriter();
                var refusal = await new PastAnswers(world, time).AnswerAsync(
                    parsed.GetValue(method) ?? "", parsed.GetValue(argument) ?? "", parsed.GetValue(source) ?? "", parsed.GetValue(destination) ?? "", reply, ct).ConfigureAwait(false);
                await WriteAsync(reply.Written, refusal, parsed.GetValue(raw), ct).ConfigureAwait(false);
                return refusal is null ? 0 : 1;
            }
            catch (Exception reason) when (reason is PastAnswerException or EventLogUnavailableException or PostgresSetupException or LogRefusedException
                or ConfigurationException or UnknownEventException or LogGapException)
            {
                await Console.Error.WriteLineAsync($"qubesd: {reason.Message}").ConfigureAwait(false);
                return 1;
            }
        });
        return command;
    }

    private static Task<LogPosition> Check(LogPosition at, LogPosition head) => at >= LogPosition.Start && at <= head
        ? Task.FromResult(at)
        : throw new PastAnswerException(string.Create(CultureInfo.InvariantCulture, $"there is no position {at}: the log goes from 0 to {head}"));

    private static async Task WriteAsync(ReadOnlyMemory<byte> reply, string? refusal, bool raw, CancellationToken ct)
    {
        await using var output = Console.OpenStandardOutput();
        if (raw)
        {
            await output.WriteAsync(reply, ct).ConfigureAwait(false);
            return;
        }

        if (refusal is not null)
        {
            await Console.Error.WriteLineAsync($"qubesd: {TerminalText.Printable(refusal)}").ConfigureAwait(false);
            return;
        }

        // After the status: two bytes. A terminal must not obey what qubes wrote; a pipe gets it as it is.
        var content = reply[2..];
        await output.WriteAsync(Console.IsOutputRedirected ? content : Encoding.UTF8.GetBytes(TerminalText.Printable(Encoding.UTF8.GetString(content.Span))), ct).ConfigureAwait(false);
        if (!Console.IsOutputRedirected && !content.Span.EndsWith("\n"u8))
        {
            await output.WriteAsync("\n"u8.ToArray(), ct).ConfigureAwait(false);
        }
    }
}
