using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The storage tools as drivers use them: every change is announced as a step, and a failure becomes a refusal.</summary>
/// <param name="runner">Runs them.</param>
/// <param name="steps">Hears of each command that changes something, just before it.</param>
public sealed class StorageTools(IToolRunner runner, IStorageSteps steps)
{
    private const int LongestReason = 300;
    private static readonly TimeSpan ReadBound = TimeSpan.FromMinutes(2);

    /// <summary>Runs a command that changes something.</summary>
    /// <exception cref="StorageRefusedException">It failed; the text tells what it said.</exception>
    public async ValueTask ChangeAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        if (await TryAsync(program, arguments, ct).ConfigureAwait(false) is { } failed)
        {
            throw failed;
        }
    }

    /// <summary>Runs a command that changes something and may fail.</summary>
    /// <returns>Why it failed; null when it did not.</returns>
    public async ValueTask<StorageRefusedException?> TryAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var call = new ToolCall(program, arguments);
        steps.Before(call.ToString());
        var ended = await runner.RunAsync(call, ct).ConfigureAwait(false);
        return ended.ExitCode == 0 ? null : Refusal(program, ended);
    }

    /// <summary>Runs a command that only shows something, and gives what it wrote.</summary>
    /// <exception cref="StorageRefusedException">It failed; the text tells what it said.</exception>
    public async ValueTask<string> ReadAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var ended = await runner.RunAsync(new ToolCall(program, arguments) { Timeout = ReadBound }, ct).ConfigureAwait(false);
        return ended.ExitCode == 0 ? ended.Output : throw Refusal(program, ended);
    }

    // The first line says what is wrong, after warnings; a client substitutes what follows a percent sign, so that is doubled (spec, wire protocol 3).
    private static StorageRefusedException Refusal(string program, ToolResult ended)
    {
        var lines = ended.Errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var line = lines.FirstOrDefault(text => !text.StartsWith("WARNING", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "";
        var reason = string.Concat(line.Take(LongestReason).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return new StorageRefusedException(string.Create(
            CultureInfo.InvariantCulture,
            $"{program} failed with exit code {ended.ExitCode}{(reason.Length > 0 ? ": " : "")}{reason.Replace("%", "%%", StringComparison.Ordinal)}"));
    }
}
