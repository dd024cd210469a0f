using System.Text.Unicode;

namespace Qubes.Cqrs.Benchmarks.Wire;

/// <summary>Writes the request with the given sequence number into the buffer and returns its length in bytes.</summary>
public delegate int FrameWriter(Span<byte> buffer, long sequence);

/// <summary>Request frames as spec/wire-protocol.md section 2 has them: header, NUL, payload; dom0 is always the caller.</summary>
public static class RequestFrame
{
    /// <summary>Writes one frame and returns its length in bytes; an empty argument writes no plus sign.</summary>
    public static int Write(Span<byte> buffer, string method, string argument, string destination, string payload)
    {
        var plus = argument.Length == 0 ? "" : "+";
        return Utf8.TryWrite(buffer, $"{method}{plus}{argument} dom0 name {destination}\0{payload}", out var length)
            ? length
            : throw new BenchmarkException($"The request {method} does not fit into {buffer.Length} bytes.");
    }

    /// <summary>Returns a writer that gives the same frame every time.</summary>
    public static FrameWriter Always(string method, string argument = "", string destination = "dom0", string payload = "") =>
        (buffer, _) => Write(buffer, method, argument, destination, payload);
}
