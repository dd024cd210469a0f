using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Devices of the device mapper, built and removed by the two helper programs of the host.</summary>
/// <param name="paths">Where the programs and devices lie.</param>
/// <remarks>
/// A device's name tells the files that it is made of by device and inode. The builder gets the files, the remover the device's path; each as an argument of its own. Source: spec,
/// storage 5 (mapper).
/// </remarks>
public sealed class HelperSnapshotDevices(RootedPaths paths) : ISnapshotDevices
{
    private const string Builder = "/usr/lib/qubes/create-snapshot";
    private const string Remover = "/usr/lib/qubes/destroy-snapshot";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public bool IsBuilt(SnapshotDevice device) => PathOf(device) is { } path && File.Exists(paths.OnDisk(path));

    /// <inheritdoc/>
    public async ValueTask BuildAsync(SnapshotDevice device, CancellationToken ct)
    {
        if (!IsBuilt(device))
        {
            string[] arguments = device.OwnCow is { } own ? [device.Image, device.Cow, own] : [device.Image, device.Cow];
            await RunAsync(Builder, arguments, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(SnapshotDevice device, CancellationToken ct)
    {
        if (IsBuilt(device) && PathOf(device) is { } path)
        {
            await RunAsync(Remover, [path], ct).ConfigureAwait(false);
        }
    }

    /// <summary>The path of a device; null when one of its files is missing.</summary>
    internal static string? PathOf(SnapshotDevice device) => device.OwnCow is null
        ? Id(device.Image) is { } origin ? $"/dev/mapper/origin-{origin}" : null
        : Id(device.Image) is { } image && Id(device.Cow) is { } cow && Id(device.OwnCow) is { } own ? $"/dev/mapper/snapshot-{image}-{cow}-{own}" : null;

    private static string? Id(string path)
    {
        using var folder = FolderHandle.TryOpen(Path.GetDirectoryName(path) ?? "/", SilentSteps.Instance);
        return folder?.Find(Path.GetFileName(path)) is { } file ? string.Create(CultureInfo.InvariantCulture, $"{Number(file.Device):x}:{file.Inode}") : null;
    }

    // Major and minor number as one, in the C library's order of bits.
    private static ulong Number(ulong device)
    {
        var (major, minor) = (device >> 32, device & uint.MaxValue);
        return (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffUL) << 12) | ((major & ~0xfffUL) << 32);
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        ProgramResult result;
        try
        {
            result = await BoundedProcess.RunAsync(new ProgramCall(paths.OnDisk(program), arguments, Limit), ct).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new IOException(late.Message, late);
        }

        if (result.ExitCode != 0)
        {
            throw new IOException($"{program} failed with {result.ExitCode}: {result.Errors.Trim()}");
        }
    }
}
