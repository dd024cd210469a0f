using System.Security.Cryptography;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The tokens of volumes that somebody wants to copy: each is good for one copy, as long as the daemon runs.</summary>
/// <remarks>Source: spec, storage 4, CloneFrom. When there are too many, the oldest goes: nobody can fill the memory with them.</remarks>
public sealed class VolumeTokens
{
    /// <summary>How many are kept.</summary>
    public const int MostTokens = 1024;

    private const int Length = 32;
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Pool, string Vid)> sources = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>A new token for a volume.</summary>
    public string Add(string pool, string vid)
    {
        var token = RandomNumberGenerator.GetString(Characters, Length);
        lock (gate)
        {
            while (order.Count >= MostTokens)
            {
                sources.Remove(order.Dequeue());
            }

            order.Enqueue(token);
            sources.Add(token, (pool, vid));
        }

        return token;
    }

    /// <summary>The volume that a token stands for; the token is used up.</summary>
    /// <exception cref="InvalidRequestException">It is no text.</exception>
    /// <exception cref="VolumeTokenNotFoundException">It is not known, or was used.</exception>
    public (string Pool, string Vid) Take(ReadOnlySpan<byte> untrustedToken)
    {
        var token = AsciiText.Read(untrustedToken, "Token").Trim(' ', '\t', '\n', '\v', '\f', '\r');
        lock (gate)
        {
            return sources.Remove(token, out var source)
                ? source
                : throw new VolumeTokenNotFoundException();
        }
    }
}
