namespace Qubes.Cqrs.Api;

/// <summary>Reads the payload of a request from a client that is not trusted: never more than was allowed, and all of it or nothing.</summary>
internal static class QueryInput
{
    /// <summary>The longest line, in bytes, without the newline that ends it.</summary>
    internal const int LongestLine = 1024;

    /// <summary>Everything that comes.</summary>
    /// <param name="untrustedInput">Where from.</param>
    /// <param name="limitBytes">How much at most.</param>
    /// <exception cref="IOException">There is more; what came is not used, since a part of it could mean something else.</exception>
    internal static ReadOnlyMemory<byte> ReadAll(Stream untrustedInput, int limitBytes)
    {
        var untrustedPayload = new byte[limitBytes + 1];
        var length = untrustedInput.ReadAtLeast(untrustedPayload, untrustedPayload.Length, throwOnEndOfStream: false);
        return length <= limitBytes ? untrustedPayload.AsMemory(0, length) : throw TooLong(limitBytes);
    }

    /// <summary>One line of printable ASCII, without its newline; the end of the input ends it, too.</summary>
    /// <param name="untrustedInput">Where from; what follows the line is left there, for whoever reads next.</param>
    /// <param name="limitBytes">How many bytes it has at most, the newline not counted.</param>
    /// <exception cref="IOException">It is longer, or has a byte that may not be in it.</exception>
    internal static ReadOnlyMemory<byte> ReadLine(Stream untrustedInput, int limitBytes)
    {
        var untrustedPayload = new byte[limitBytes];
        var length = 0;
        while (untrustedInput.ReadByte() is >= 0 and not '\n' and var untrustedByte)
        {
            if (untrustedByte is < 0x20 or > 0x7e)
            {
                throw new IOException($"byte {length + 1} of the line is none of the printable ASCII characters");
            }

            if (length == limitBytes)
            {
                throw TooLong(limitBytes);
            }

            untrustedPayload[length++] = (byte)untrustedByte;
        }

        return untrustedPayload.AsMemory(0, length);
    }

    private static IOException TooLong(int limitBytes) => new($"the payload has more than {limitBytes} bytes; nothing was sent");
}
