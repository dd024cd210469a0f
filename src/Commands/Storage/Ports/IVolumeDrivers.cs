using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The storage drivers of this host.</summary>
public interface IVolumeDrivers
{
    /// <summary>The driver of a pool.</summary>
    /// <exception cref="StorageRefusedException">The pool's driver does not work on this host, or is configured wrongly.</exception>
    IVolumeDriver Of(Pool pool);

    /// <summary>The bytes that are free in a pool; null where nobody knows.</summary>
    ValueTask<long?> FreeBytesAsync(Pool pool, CancellationToken ct);

    /// <summary>Copies the data of one volume to another, durably and sparsely, between drivers that know nothing of one another.</summary>
    /// <param name="from">A path to read, of <see cref="IVolumeDriver.ExportAsync"/>.</param>
    /// <param name="to">A path to write, of <see cref="IVolumeDriver.PrepareImportAsync"/>.</param>
    /// <param name="ct">Breaks off.</param>
    ValueTask CopyAsync(string from, string to, CancellationToken ct);

    /// <summary>Writes data to the beginning of a path of <see cref="IVolumeDriver.PrepareImportAsync"/>, durably.</summary>
    ValueTask WriteAsync(string to, ReadOnlyMemory<byte> data, CancellationToken ct);
}
