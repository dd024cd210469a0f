using System.ComponentModel;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Runs the commands of callback pools: without a shell, with bounded time and output.</summary>
/// <param name="paths">Where programs lie.</param>
/// <param name="steps">Hears of each command, just before it.</param>
/// <remarks>Source: spec, storage 10.</remarks>
public sealed class CallbackPrograms(RootedPaths paths, IStorageSteps steps)
{
    private const string SetUp = "SIGNAL_setup";
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

    /// <summary>Runs a callback, where one is configured.</summary>
    /// <returns>Whether it asks for the pool to be set up again.</returns>
    /// <exception cref="StorageRefusedException">It refuses, or cannot be run.</exception>
    internal async ValueTask<bool> RunAsync(CallbackEntry entry, string pool, string callback, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var isOwn = entry.Callbacks.TryGetValue(callback, out var own);
        var command = own ?? entry.Command;
        if (command is "-" or "")
        {
            return false;
        }

        var words = ConfiguredCommand.Split(command);
        if (words.Count == 0)
        {
            return false;
        }

        // The general command has to be told what is going on; a callback's own knows.
        string[] told = isOwn ? [] : [pool, entry.Driver.Name, callback, entry.ConfId, entry.Json, .. arguments];
        steps.Before($"callback {callback}: {words[0]}");
        var ended = await RunAsync(words, told, callback, ct).ConfigureAwait(false);
        return ended.ExitCode == 0
            ? entry.SignalsBack && ended.Output.Split('\n').Any(line => line.TrimEnd('\r') == SetUp)
            : throw new StorageRefusedException(string.Create(CultureInfo.InvariantCulture, $"callback {callback} of pool {pool} failed with exit code {ended.ExitCode}"));
    }

    private async ValueTask<ProgramResult> RunAsync(List<string> words, string[] told, string callback, CancellationToken ct)
    {
        try
        {
            return await BoundedProcess.RunAsync(new ProgramCall(Find(words[0]), [.. words[1..], .. told], Bound), ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or Win32Exception or TimeoutException)
        {
            throw new StorageRefusedException($"callback {callback} cannot be run: {failure.Message}");
        }
    }

    private string Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return program.StartsWith('/') && !program.Split('/').Contains("..")
                ? paths.OnDisk(program)
                : throw new StorageRefusedException($"Not an absolute path: {PythonText.Repr(program)}");
        }

        return Folders.Select(folder => paths.OnDisk($"{folder}/{program}")).FirstOrDefault(File.Exists)
            ?? throw new StorageRefusedException($"There is no program {PythonText.Repr(program)} on this host");
    }
}
