using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Brings keys into a database.</summary>
/// <param name="qube">Whose database.</param>
/// <param name="logger">Where refusals are told.</param>
internal sealed class QubesDbRefresh(QubeId qube, ILogger logger)
{
    // The rules of a few hundred clients.
    private const int MostLeft = 65536;

    /// <summary>Writes all keys, and removes those that are left over in the folders that only the daemon writes.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task WriteAllAsync(QubesDbClient client, QubeDatabase database, CancellationToken ct)
    {
        if (qube != QubeId.Dom0)
        {
            foreach (var folder in DatabaseKeys.OwnFolders)
            {
                await RemoveLeftoversAsync(client, database, folder, ct).ConfigureAwait(false);
            }
        }

        foreach (var (path, value) in DatabaseKeys.ForWriting(database.Keys))
        {
            await ApplyAsync(client, new DatabaseChange(qube, path, value), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Makes one change; a refusal is told and leaves the key as it is.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task ApplyAsync(QubesDbClient client, DatabaseChange change, CancellationToken ct)
    {
        if (change.Value is not { } value)
        {
            await client.RemoveAsync(change.Path, ct).ConfigureAwait(false); // false when there is nothing, which is as good
        }
        else if (!await client.WriteAsync(change.Path, RandomSeed.ToBytes(value), ct).ConfigureAwait(false))
        {
            QubesDbLog.WriteRefused(logger, qube, change.Path);
        }
    }

    private static async Task RemoveLeftoversAsync(QubesDbClient client, QubeDatabase database, string folder, CancellationToken ct)
    {
        foreach (var path in await client.ListAsync(folder, MostLeft, ct).ConfigureAwait(false))
        {
            if (!database.Keys.ContainsKey(path))
            {
                await client.RemoveAsync(path, ct).ConfigureAwait(false);
            }
        }
    }
}
