using System.Buffers;
using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The datasets of one volume in a ZFS pool.</summary>
/// <param name="Container">The dataset that holds the pool.</param>
/// <param name="Dataset">The volume's own: <c>tank/vms/work/private</c>.</param>
/// <remarks>Source: spec, storage 3, 4 (revisions) and 8.</remarks>
internal sealed record ZfsVolume(string Container, string Dataset)
{
    internal const string Clean = "qubes-clean-";
    internal const string AfterCreate = "after-create";
    internal const string BeforeStart = "before-start";
    internal const string AfterImportVolume = "after-import-volume";
    internal const string AfterImportData = "after-import-data";
    internal const string Requested = "snapshot";

    private const int LongestName = 200;
    private static readonly string[] Causes = [AfterCreate, BeforeStart, AfterImportVolume, AfterImportData, Requested];
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-");

    /// <summary>The area for new data.</summary>
    public string Importing => $"{Container}/.importing/{Flat}";

    /// <summary>Where clones for reading lie; each has a name of its own after this.</summary>
    public string Exported => $"{Container}/.exported/{Flat}-";

    /// <summary>Where a replaced state lies until it is gone; each has a name of its own after this.</summary>
    public string Replaced => $"{Container}/.tmp/{Flat}-";

    private string Flat => Dataset[(Container.Length + 1)..].Replace('/', '_');

    /// <summary>The names of a volume.</summary>
    /// <exception cref="StorageRefusedException">The id, or the pool's configuration, is of another form.</exception>
    public static ZfsVolume Of(DriverVolume volume)
    {
        var container = OfPool(volume.Pool);
        var parts = volume.Vid.StartsWith(container + "/", StringComparison.Ordinal) ? volume.Vid[(container.Length + 1)..].Split('/') : [];
        return parts.Length == 2 && parts.All(IsName)
            ? new ZfsVolume(container, volume.Vid)
            : throw new StorageRefusedException($"Not the id of a volume in pool {volume.Pool.Name}: {PythonText.Repr(volume.Vid)}");
    }

    /// <summary>The container of a pool.</summary>
    /// <exception cref="StorageRefusedException">It cannot be a dataset.</exception>
    public static string OfPool(Pool pool) => pool.Find(PoolDrivers.Container) is { } container && IsDataset(container)
        ? container
        : throw new StorageRefusedException($"Pool {pool.Name} names no dataset");

    /// <summary>Whether a text can be the name of a dataset, and cannot be an option or lead elsewhere.</summary>
    public static bool IsDataset(string name) => name.Length <= LongestName && name.Split('/').All(IsName);

    /// <summary>The device of a dataset.</summary>
    public static string Device(string dataset) => "/dev/zvol/" + dataset;

    /// <summary>The name of a revision.</summary>
    public static string RevisionOf(string cause, DateTimeOffset time)
    {
        var microseconds = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return string.Create(CultureInfo.InvariantCulture, $"qubes:{cause}:{microseconds / 1_000_000}.{microseconds % 1_000_000:d6}");
    }

    /// <summary>The revision that a snapshot is; null when it is none.</summary>
    public static VolumeRevision? FindRevision(string snapshot)
    {
        var parts = snapshot.Split(':');
        return parts is ["qubes", var cause, var at] && Causes.Contains(cause) && at.Split('.') is [var seconds, { Length: 6 } fraction]
            && fraction.All(char.IsAsciiDigit) && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var created)
            ? new VolumeRevision(snapshot, created)
            : null;
    }

    private static bool IsName(string name) => name.Length > 0 && name[0] is not ('-' or '.') && !name.AsSpan().ContainsAnyExcept(Allowed);
}
