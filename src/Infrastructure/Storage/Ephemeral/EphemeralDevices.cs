using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The encrypting devices in front of volumes whose data nobody is to read after the qube stopped: their keys are drawn at random and kept nowhere.</summary>
/// <param name="tools">Runs <c>cryptsetup</c>.</param>
/// <param name="paths">Where devices lie.</param>
/// <param name="steps">Hears of the writing.</param>
/// <remarks>Source: spec, storage 4 (ephemeral start). The device's path is that of <see cref="VolumePaths.DeviceOf"/>.</remarks>
public sealed class EphemeralDevices(StorageTools tools, RootedPaths paths, IStorageSteps steps)
{
    private const string Folder = "/dev/mapper/";
    private const string Program = "cryptsetup";
    private const int Zeroed = 65536;
    private const int LongestName = 127;

    private static readonly string[] Cipher =
        ["--batch-mode", "--type", "plain", "--cipher", "aes-xts-plain64", "--key-size", "512", "--key-file", "/dev/urandom"];

    /// <summary>Puts a device with a new key in front of a volume; one that is there from an interrupted start goes first.</summary>
    /// <param name="volume">The file or device that is encrypted.</param>
    /// <param name="device">The path of the device that decrypts, below <c>/dev/mapper</c>.</param>
    /// <param name="ct">Breaks off.</param>
    /// <exception cref="StorageRefusedException">The tool failed.</exception>
    /// <exception cref="IOException">The device cannot be written to.</exception>
    public async ValueTask OpenAsync(string volume, string device, CancellationToken ct)
    {
        await CloseAsync(device, ct).ConfigureAwait(false);
        await tools.ChangeAsync(Program, ["open", .. Cipher, "--", paths.OnDisk(volume), NameOf(device)], ct).ConfigureAwait(false);
        await ClearAsync(device, ct).ConfigureAwait(false);
    }

    /// <summary>Takes the device away, and with it the key; none is left without complaint.</summary>
    /// <exception cref="StorageRefusedException">The tool failed: somebody still uses the device.</exception>
    public async ValueTask CloseAsync(string device, CancellationToken ct)
    {
        var name = NameOf(device);
        if (File.Exists(paths.OnDisk(device)))
        {
            await tools.ChangeAsync(Program, ["close", "--", name], ct).ConfigureAwait(false);
        }
    }

    // What the random key makes of the old data must not look like a file system or a table of partitions.
    private async ValueTask ClearAsync(string device, CancellationToken ct)
    {
        steps.Before($"write {Zeroed} zero bytes to {device}");
        using var file = File.OpenHandle(paths.OnDisk(device), FileMode.Open, FileAccess.ReadWrite);
        await RandomAccess.WriteAsync(file, new byte[Zeroed], 0, ct).ConfigureAwait(false);
        RandomAccess.FlushToDisk(file);
    }

    private static string NameOf(string device)
    {
        var name = device.StartsWith(Folder, StringComparison.Ordinal) ? device[Folder.Length..] : "";
        return name.Length is > 0 and <= LongestName && name[0] is not ('-' or '.') && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@' or '+')
            ? name
            : throw new StorageRefusedException($"Not the name of a device: {PythonText.Repr(device)}");
    }
}
