using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>A condition that a program of the user's decides: it gets the state as JSON on its input.</summary>
/// <param name="command">The program and its arguments; no shell takes part.</param>
internal sealed class ExternalCondition(string[] command)
{
    /// <summary>Whether it holds of a state.</summary>
    /// <exception cref="HistoryException">The program cannot be run, or says that the search shall stop.</exception>
    internal async Task<bool> HoldsAsync(World world, CancellationToken ct)
    {
        using var process = Start(world);
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await using var json = new Utf8JsonWriter(input);
            json.WriteStartObject();
            StateOutput.Write(json, world);
            json.WriteEndObject();
        }
        catch (IOException)
        {
            // It need not read its input.
        }

        await output.ConfigureAwait(false);
        await process.WaitForExitAsync(ct).ConfigureAwait(false);
        return process.ExitCode switch
        {
            0 => true,
            1 => false,
            var code => throw new HistoryException($"the command ended with {code} at position {world.Position}"),
        };
    }

    private Process Start(World world)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["QUBES_HISTORY_POSITION"] = world.Position.ToString();
        try
        {
            return Process.Start(start) ?? throw new HistoryException($"{command[0]} cannot be run");
        }
        catch (Win32Exception reason)
        {
            throw new HistoryException($"{command[0]} cannot be run: {reason.Message}");
        }
    }
}
