using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The queue of notices: each key stands in it once, and a qube with too many keys in it is told of by the key that is watched.</summary>
internal sealed class DatabaseNotices : IDatabaseNotices
{
    /// <summary>The most keys of one qube that wait.</summary>
    internal const int MostOfQube = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, HashSet<string>> waiting = [];

    // Bounded by what stands in the sets: a few for each qube that has a database.
    private readonly Channel<DatabaseNotice> queue = Channel.CreateUnbounded<DatabaseNotice>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Adds a notice; never blocks.</summary>
    /// <param name="qube">Whose database.</param>
    /// <param name="untrustedPath">The key as the database named it; what is no path is left out.</param>
    /// <param name="watched">The key or folder that is watched.</param>
    internal void Add(QubeId qube, string untrustedPath, string watched)
    {
        if (!DatabaseKeys.IsPath(untrustedPath) && !(untrustedPath is [.., '/'] && DatabaseKeys.IsPath(untrustedPath[..^1])))
        {
            return;
        }

        lock (gate)
        {
            if (!waiting.TryGetValue(qube, out var paths))
            {
                waiting[qube] = paths = new HashSet<string>(StringComparer.Ordinal);
            }

            var path = paths.Count < MostOfQube ? untrustedPath : watched;
            if (paths.Add(path))
            {
                queue.Writer.TryWrite(new DatabaseNotice(qube, path));
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DatabaseNotice> ReadAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var notice in queue.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            // Taken out before it is told: what comes from here on is told again.
            lock (gate)
            {
                if (waiting.TryGetValue(notice.Qube, out var paths) && paths.Remove(notice.UntrustedPath) && paths.Count == 0)
                {
                    waiting.Remove(notice.Qube);
                }
            }

            yield return notice;
        }
    }
}
