using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Remembers what the daemon wrote to <c>qubes.xml</c>, to tell its own work from somebody else's.</summary>
/// <remarks>Holds the digest of what was written last and of what is about to be written: docs/adr/0004-foreign-store.md.</remarks>
internal sealed class StoreDigests(string path)
{
    private string? last = Read(path).LastOrDefault();

    /// <summary>Whether the daemon wrote these bytes, or was about to.</summary>
    internal bool Knows(ReadOnlySpan<byte> content) => Read(path).Contains(Digest(content));

    /// <summary>Whether the daemon ever wrote a store.</summary>
    internal bool IsEmpty => last is null;

    /// <summary>Notes that these bytes are about to be written.</summary>
    internal async Task ExpectAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var next = Digest(content.Span);
        if (next == last)
        {
            return;
        }

        var lines = Encoding.ASCII.GetBytes(last is null ? next + "\n" : last + "\n" + next + "\n");
        await AtomicFile.ReplaceAsync(path, lines, AtomicFileOptions.Default, ct).ConfigureAwait(false);
        last = next;
    }

    private static string[] Read(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
