using System.Diagnostics;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Runs a short command of the system.</summary>
internal static class Command
{
    /// <summary>Runs it and returns what it printed; a failure fails the test with its output.</summary>
    public static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var (code, output, error) = await ExecuteAsync(file, arguments, ct);
        if (code != 0)
            Assert.Fail($"{file} {string.Join(' ', arguments)} ended with {code}:\n{error}{output}");
        return output;
    }

    /// <summary>Runs it and returns its exit code only.</summary>
    public static async Task<int> TryRunAsync(string file, IReadOnlyList<string> arguments) =>
        (await ExecuteAsync(file, arguments, CancellationToken.None)).Code;

    /// <summary>Runs it and returns all that there is to know.</summary>
    public static async Task<(int Code, string Output, string Error)> ExecuteAsync(
        string file, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
