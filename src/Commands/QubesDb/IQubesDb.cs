namespace Qubes.Cqrs.Commands;

/// <summary>The databases through which dom0 and running qubes tell each other things.</summary>
/// <remarks>Source: spec, qubesdb.md, 7. Whatever a qube may have written is hostile: paths and values are bounded in size and nothing else.</remarks>
public interface IQubesDb
{
    /// <summary>The most entries that one read gives; a database that holds more below the prefix counts as not available.</summary>
    const int MaxEntries = 2048;

    /// <summary>The longest path in bytes.</summary>
    const int MaxPathBytes = 63;

    /// <summary>The longest value in bytes.</summary>
    const int MaxValueBytes = 3071;

    /// <summary>Reads the keys that begin with <paramref name="prefix"/>, by path in byte order; null when the qube has no database now, as one that does not run.</summary>
    /// <param name="qube">The qube's name.</param>
    /// <param name="prefix">The beginning of the paths, with its slash.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    ValueTask<IReadOnlyList<QubesDbEntry>?> ReadAsync(string qube, string prefix, CancellationToken ct);
}
