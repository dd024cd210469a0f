using System.Collections.Immutable;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The keys that the daemon watches in every database.</summary>
/// <remarks>Source: spec, qubesdb.md 5 and 8.</remarks>
internal static class WatchedKeys
{
    /// <summary>What is watched.</summary>
    internal static readonly ImmutableArray<string> All = ["/qubes-block-devices"];

    /// <summary>Whether a change of a key is told to who watches another: the same, or a folder above it that is named with its slash.</summary>
    internal static bool Matches(string watched, string path) =>
        watched == path || (watched is [.., '/'] && path.StartsWith(watched, StringComparison.Ordinal));
}
