using System.Text.RegularExpressions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Hands the PCI devices of the host to Xen's <c>pciback</c>, through the files that the kernel shows under <c>/sys</c>.</summary>
/// <param name="paths">Where these lie.</param>
/// <param name="list">Runs <c>xl</c> with the arguments and gives what it writes; throws an <see cref="IOException"/> when it fails.</param>
/// <remarks>Source: spec, devices 5; the kernel's documentation, Documentation/ABI/testing/sysfs-driver-pciback and sysfs-bus-pci.</remarks>
public sealed partial class SysfsPci(RootedPaths paths, Func<IReadOnlyList<string>, CancellationToken, ValueTask<string>> list) : IPciHost
{
    private const string Devices = "/sys/bus/pci/devices";
    private const string PciBack = "/sys/bus/pci/drivers/pciback";

    /// <inheritdoc/>
    public ValueTask BindAsync(string address, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var device = paths.OnDisk($"{Devices}/{Checked(address)}");
        if (!Directory.Exists(device))
        {
            throw new RefusedException($"PCI device {address} does not exist");
        }

        try
        {
            Bind(device, address);
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"PCI device {address} cannot be handed to pciback: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string?> FindSlotAsync(int xid, string address, CancellationToken ct)
    {
        var text = await list(["pci-list", xid.ToString(System.Globalization.CultureInfo.InvariantCulture)], ct).ConfigureAwait(false);
        return text.Split('\n')
            .Select(line => Slot.Match(line))
            .FirstOrDefault(match => match.Success && match.Groups["address"].Value == Checked(address))?.Groups["slot"].Value;
    }

    private void Bind(string device, string address)
    {
        var driver = Path.Combine(device, "driver");
        if (Directory.Exists(driver))
        {
            if (Path.GetFileName(new DirectoryInfo(driver).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? driver) == "pciback")
            {
                return;
            }

            Tell(Path.Combine(driver, "unbind"), address);
        }

        var back = paths.OnDisk(PciBack);
        if (!File.ReadLines(Path.Combine(back, "slots")).Contains(address, StringComparer.Ordinal))
        {
            Tell(Path.Combine(back, "new_slot"), address);
        }

        Tell(Path.Combine(back, "bind"), address);
    }

    // Such a file takes what is written at once, and is never created.
    private static void Tell(string file, string address)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(address));
    }

    // It becomes a part of paths.
    private static string Checked(string address) => Address.IsMatch(address) ? address : throw new RefusedException($"PCI device {address} does not exist");

    [GeneratedRegex(@"^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address { get; }

    // "05.0 0000:02:00.0"
    [GeneratedRegex(@"^(?<slot>[0-9a-f]{2}\.[0-7])[ \t]+(?<address>[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slot { get; }
}
