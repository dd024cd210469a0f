using System.Collections.Concurrent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What running domains use, as of the executor's last look: who reads it waits for nobody.</summary>
public sealed class DomainFigures
{
    private readonly ConcurrentDictionary<QubeId, DomainStatus> last = new();

    /// <summary>The last figures of a domain; null when none were seen.</summary>
    public DomainStatus? Find(QubeId qube) => last.GetValueOrDefault(qube);

    /// <summary>Takes what was just seen.</summary>
    internal void Saw(DomainStatus domain) => last[domain.Qube] = domain;

    /// <summary>Takes everything that runs.</summary>
    internal void Saw(IReadOnlyCollection<DomainStatus> domains)
    {
        foreach (var domain in domains)
        {
            Saw(domain);
        }

        foreach (var gone in last.Keys.Except(domains.Select(domain => domain.Qube)))
        {
            last.TryRemove(gone, out _);
        }
    }
}
