using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Floors;

/// <summary>An echo server in a process of its own, so that it shares nothing with the clients that the daemon would not share.</summary>
public sealed class EchoProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ApiClient control;

    private EchoProcess(Process process, string socketPath)
    {
        this.process = process;
        SocketPath = socketPath;
        control = new(socketPath);
    }

    /// <summary>Where it listens.</summary>
    public string SocketPath { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId => process.Id;

    /// <summary>Starts the server and waits until it answers.</summary>
    public static async Task<EchoProcess> StartAsync(string socketPath, CancellationToken ct)
    {
        var ourselves = Installation.Ourselves;
        // It ends when its standard input does, so it cannot outlive us.
        var start = new ProcessStartInfo(ourselves[0]) { RedirectStandardInput = true };
        foreach (var argument in ourselves.Skip(1).Concat(["echo-server", socketPath, "--until-end-of-input"]))
            start.ArgumentList.Add(argument);
        var echo = new EchoProcess(Process.Start(start) ?? throw new BenchmarkException("The echo server did not start."), socketPath);
        try
        {
            await echo.WaitAsync(ct);
            return echo;
        }
        catch
        {
            await echo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes all further replies that long, counting the leading <c>0 NUL</c>.</summary>
    public async Task SetReplyBytesAsync(int bytes, CancellationToken ct) =>
        await control.ExchangeAsync(
            (buffer, _) => Utf8.TryWrite(buffer, $"{Encoding.ASCII.GetString(EchoServer.ResizeRequest)}{bytes}", out var length) ? length : 0,
            0, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        for (var attempt = 0; !process.HasExited && attempt < 5000; attempt++)
        {
            try
            {
                await SetReplyBytesAsync(2, ct);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(2, ct);
            }
        }
        throw new BenchmarkException("The echo server does not answer.");
    }
}
