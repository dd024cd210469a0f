using System.Diagnostics;
using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A program that ran to its end.</summary>
/// <param name="Code">What it ended with.</param>
/// <param name="Output">What it printed, Latin-1.</param>
/// <param name="Error">What it said on standard error.</param>
internal sealed record RanProgram(int Code, string Output, string Error)
{
    /// <summary>The daemon as the build left it beside the tests.</summary>
    internal static string Daemon { get; } = Path.Combine(AppContext.BaseDirectory, "qubesd");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads, Latin-1.</param>
    /// <param name="environment">What its environment has beside ours.</param>
    internal static async Task<RanProgram> RunAsync(string program, string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.Latin1.GetBytes(input), TestContext.Current.CancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, before it had read everything.
        }

        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output, await error);
    }
}
