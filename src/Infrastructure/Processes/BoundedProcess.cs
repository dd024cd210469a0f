using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Runs a program in a session of its own, so that it can be ended with everything it started.</summary>
internal static class BoundedProcess
{
    private const string Setsid = "/usr/bin/setsid";

    // Something that the program left behind may hold its outputs open.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(2);

    /// <summary>Runs a program until it ends.</summary>
    /// <param name="call">Which.</param>
    /// <param name="ct">Ends the waiting and the program, with its process group.</param>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    /// <exception cref="TimeoutException">It did not end in time; its process group is killed.</exception>
    public static async Task<ProgramResult> RunAsync(ProgramCall call, CancellationToken ct)
    {
        if (!File.Exists(call.Path))
        {
            throw new FileNotFoundException($"there is no program {call.Path}", call.Path);
        }

        using var process = Process.Start(StartOf(call)) ?? throw new IOException($"{call.Path} cannot be run");
        var output = new BoundedOutput(call.MostOutput);
        var errors = new BoundedOutput(call.MostOutput);
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput.BaseStream), errors.ReadAsync(process.StandardError.BaseStream));
        var writing = WriteAsync(process.StandardInput.BaseStream, call.Input);
        await WaitAsync(process, call, ct).ConfigureAwait(false);
        if (process.ExitCode != 0 || !call.LeavesDaemon)
        {
            await Task.WhenAny(Task.WhenAll(reading, writing), Task.Delay(Aftermath, ct)).ConfigureAwait(false);
        }

        return new ProgramResult(process.ExitCode, output.Text, errors.Text);
    }

    private static ProcessStartInfo StartOf(ProgramCall call)
    {
        var start = new ProcessStartInfo(Setsid, [call.Path, .. call.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in call.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(input, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // It does not read all of it: its own business.
        }
    }

    private static async Task WaitAsync(Process process, ProgramCall call, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(call.Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Posix.Signal(-process.Id, Posix.SigKill); // setsid made it the leader of a group with its own number
            process.Kill();                           // and should it not have come to that yet
            ct.ThrowIfCancellationRequested();
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{call.Path} did not end within {call.Timeout.TotalSeconds} s"));
        }
    }
}
