using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The memory balancer of the host, behind its socket.</summary>
/// <param name="paths">Where the socket lies.</param>
/// <param name="isRequired">Whether the host must have a balancer, as a Xen host must; without, a missing socket means that there is memory for
/// everybody.</param>
/// <param name="timeout">How long the balancer may take to answer.</param>
/// <remarks>Source: spec, lifecycle.md 7.</remarks>
public sealed class QmemmanSocket(RootedPaths paths, bool isRequired, TimeSpan timeout) : IMemoryBalancer
{
    private const string SocketPath = "/var/run/qubes/qmemman.sock";
    private const string AvailablePath = "/var/run/qubes/qmemman-avail-mem";
    private const string Granted = "OK";
    private const int LongestNumber = 64;
    private static readonly string[] Answers = [Granted, "FAIL", "INVALID_ARG"];

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable?> ReserveAsync(long bytes, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (IsMissing)
        {
            return new Reservation(null);
        }

        var (socket, answer) = await AskAsync(bytes.ToString(CultureInfo.InvariantCulture), ct).ConfigureAwait(false);
        if (answer == Granted)
        {
            return new Reservation(socket); // open for as long as the balance shall stay frozen
        }

        socket.Dispose();
        return answer.Length == 0 ? throw Failure("it closed the connection") : null;
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(IReadOnlyList<(int Xid, long Bytes)> targets, CancellationToken ct)
    {
        if (IsMissing || targets.Count == 0)
        {
            return;
        }

        var text = string.Join(' ', targets.Select(target => string.Create(CultureInfo.InvariantCulture, $"{target.Xid}:{target.Bytes}")));
        var (socket, answer) = await AskAsync(text, ct).ConfigureAwait(false);
        socket.Dispose();
        if (answer is not (Granted or ""))
        {
            throw new IOException($"qmemman refused the balance {text}: {answer}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long?> AvailableAsync(CancellationToken ct)
    {
        try
        {
            using var file = File.OpenHandle(paths.OnDisk(AvailablePath));
            var bytes = new byte[LongestNumber];
            var read = await RandomAccess.ReadAsync(file, bytes, 0, ct).ConfigureAwait(false);
            var text = Encoding.ASCII.GetString(bytes, 0, read).Trim();
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var free) ? free : null;
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool IsMissing => !isRequired && !File.Exists(paths.OnDisk(SocketPath));

    private static IOException Failure(string why, Exception? cause = null) => new($"Failed to connect to qmemman: {why}", cause);

    // The words of the original, which are those of Python; .NET renames the error of a path that is not there.
    private static string WordsOf(SocketException failure)
    {
        var number = failure.SocketErrorCode == SocketError.AddressNotAvailable ? UnixError.NotFound : failure.NativeErrorCode;
        return string.Create(CultureInfo.InvariantCulture, $"[Errno {number}] {Marshal.GetPInvokeErrorMessage(number)}");
    }

    /// <summary>Sends a line; gives the answer, or nothing when the other side closes, with the connection.</summary>
    private async Task<(Socket Socket, string Answer)> AskAsync(string line, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(paths.OnDisk(SocketPath)), limit.Token).ConfigureAwait(false);
            await socket.SendAsync(Encoding.ASCII.GetBytes(line + "\n"), limit.Token).ConfigureAwait(false);
            return (socket, await ReadAnswerAsync(socket, limit.Token).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            socket.Dispose();
            throw failure switch
            {
                OperationCanceledException when !ct.IsCancellationRequested => Failure(
                    string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds} s"), failure),
                SocketException refused => Failure(WordsOf(refused), refused),
                _ => failure,
            };
        }
    }

    private static async Task<string> ReadAnswerAsync(Socket socket, CancellationToken ct)
    {
        var bytes = new byte[LongestNumber];
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(length), ct).ConfigureAwait(false);
            length += read;
            var answer = Encoding.ASCII.GetString(bytes, 0, length).TrimEnd('\n');
            if (read == 0 && length == 0)
            {
                return "";
            }

            if (Answers.Contains(answer))
            {
                return answer;
            }

            if (read == 0 || !Array.Exists(Answers, known => known.StartsWith(answer, StringComparison.Ordinal)))
            {
                throw Failure("its answer is none that is known");
            }
        }
    }

    /// <summary>The frozen balance.</summary>
    private sealed class Reservation(Socket? socket) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            socket?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
