using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The storage drivers of this host.</summary>
public interface IVolumeDrivers
{
    /// <summary>The driver of a pool.</summary>
    /// <exception cref="StorageRefusedException">The pool's driver does not work on this host, or is configured wrongly.</exception>
    IVolumeDriver Of(Pool pool);
}
