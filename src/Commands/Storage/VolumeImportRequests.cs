using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Clients that write new data into volumes.</summary>
/// <remarks>Source: spec, storage 4 (Import); admin-api.yaml, internal.vm.volume.ImportBegin and ImportEnd.</remarks>
public sealed class VolumeImportRequests
{
    private readonly Dispatcher dispatcher;
    private readonly StorageContext context;

    internal VolumeImportRequests(Dispatcher dispatcher, StorageContext context) => (this.dispatcher, this.context) = (dispatcher, context);

    /// <summary>Begins.</summary>
    /// <param name="qube">The qube.</param>
    /// <param name="volume">The volume's name.</param>
    /// <param name="untrustedSize">The size of the data in decimal digits; empty for that of the volume.</param>
    /// <param name="call">The request.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many bytes are to be written, and where.</returns>
    /// <exception cref="DomainException">The volume cannot take new data now.</exception>
    public async Task<(long SizeBytes, string Path)> BeginAsync(QubeId qube, string volume, ReadOnlyMemory<byte> untrustedSize, Call call, CancellationToken ct)
    {
        var change = Call.NewCorrelationId();
        await dispatcher.SendAsync(new BeginVolumeImport(qube, volume, untrustedSize, change), call, ct).ConfigureAwait(false);
        return VolumeOutcomes.Find(dispatcher.Current, qube, volume, change) is { SizeBytes: { } size } && context.ImportPaths.TryGetValue(change, out var path)
            ? (size, path)
            : throw new StorageRefusedException("Another import of the same volume was begun meanwhile");
    }

    /// <summary>Ends with the data complete.</summary>
    /// <exception cref="DomainException">Nothing was begun, or the data cannot take the volume's place.</exception>
    public async Task CompleteAsync(QubeId qube, string volume, Call call, CancellationToken ct)
    {
        if (dispatcher.Current.Find(qube) is not null && VolumeImports.WhyNot(dispatcher.Current, qube, volume) is { } reason)
        {
            await GiveUpAsync(qube, volume, reason, call, ct).ConfigureAwait(false); // which is told
            throw new StorageRefusedException(reason);
        }

        await dispatcher.SendAsync(new EndVolumeImport(qube, volume, null), call, ct).ConfigureAwait(false);
    }

    /// <summary>Ends without success.</summary>
    /// <exception cref="DomainException">There is no such volume.</exception>
    public async Task GiveUpAsync(QubeId qube, string volume, string reason, Call call, CancellationToken ct) =>
        await dispatcher.SendAsync(new EndVolumeImport(qube, volume, reason), call, ct).ConfigureAwait(false);

    /// <summary>Replaces a volume's data by what came with the call.</summary>
    /// <exception cref="DomainException">The volume cannot take new data now, or the disk refuses.</exception>
    public async Task ReplaceAsync(QubeId qube, string volume, ReadOnlyMemory<byte> data, Call call, CancellationToken ct)
    {
        var size = System.Text.Encoding.ASCII.GetBytes(data.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var (_, path) = await BeginAsync(qube, volume, size, call, ct).ConfigureAwait(false);
        try
        {
            await context.Drivers.WriteAsync(path, data, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            await GiveUpAsync(qube, volume, e.Message, call, CancellationToken.None).ConfigureAwait(false);
            throw StorageFaults.Of(e);
        }

        await CompleteAsync(qube, volume, call, CancellationToken.None).ConfigureAwait(false);
    }
}
