using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>SHA-256 of what is in memory, with one hash object for each thread.</summary>
/// <remarks>The platform's call for a single input looks its algorithm up and makes a context each time: a third of what a small input costs, and each event
/// needs four.</remarks>
internal static class LogSha256
{
    [ThreadStatic]
    private static SHA256? own;

    /// <summary>Hashes <paramref name="input"/>; the result may lie within it.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> result)
    {
        own ??= SHA256.Create();
        if (!own.TryComputeHash(input, result, out _))
        {
            throw new ArgumentException("no room for a hash", nameof(result));
        }
    }
}
