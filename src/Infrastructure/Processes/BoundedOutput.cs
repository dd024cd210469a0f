using System.Buffers;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads what a program writes to the end, and keeps the start of it.</summary>
internal sealed class BoundedOutput(int most)
{
    private const int Piece = 4096;
    private readonly ArrayBufferWriter<byte> kept = new();
    private readonly Lock gate = new();

    /// <summary>What was kept so far, with a mark for what is not UTF-8.</summary>
    public string Text
    {
        get
        {
            lock (gate)
            {
                return Encoding.UTF8.GetString(kept.WrittenSpan);
            }
        }
    }

    /// <summary>Reads until the end; a stream that is closed meanwhile is at its end.</summary>
    public async Task ReadAsync(Stream stream)
    {
        var piece = new byte[Piece];
        try
        {
            while (await stream.ReadAsync(piece, CancellationToken.None).ConfigureAwait(false) is > 0 and var read)
            {
                lock (gate)
                {
                    kept.Write(piece.AsSpan(0, Math.Min(read, most - kept.WrittenCount)));
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What came until then is what there is.
        }
    }
}
