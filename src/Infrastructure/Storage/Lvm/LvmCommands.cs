using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The commands of LVM that the driver needs. Names stand after <c>--</c>, or are the value of an option: none can become an option itself.</summary>
/// <remarks>Source: spec, storage 7 (commands).</remarks>
internal sealed class LvmCommands(StorageTools tools, LvmTable table)
{
    private static readonly string[] Usable = ["--setactivationskip", "n", "--activate", "y"];

    /// <summary>Makes an empty thin volume.</summary>
    public ValueTask CreateAsync(LvmVolume volume, string name, long sizeBytes, CancellationToken ct) => ChangeAsync(
        "lvcreate", ["--thin", .. Usable, "--virtualsize", Bytes(Math.Max(1, sizeBytes)), "--name", name, "--", volume.Full(volume.ThinPool)], ct);

    /// <summary>Makes a thin volume that shares its blocks with another of the group.</summary>
    public ValueTask CopyAsync(LvmVolume volume, string name, string origin, CancellationToken ct) =>
        ChangeAsync("lvcreate", ["--snapshot", .. Usable, "--name", name, "--", volume.Full(origin)], ct);

    /// <summary>Gives a logical volume another name.</summary>
    public ValueTask RenameAsync(LvmVolume volume, string name, string renamed, CancellationToken ct) =>
        ChangeAsync("lvrename", ["--", volume.Group, name, renamed], ct);

    /// <summary>Gives a logical volume another size.</summary>
    public ValueTask ResizeAsync(LvmVolume volume, string name, long sizeBytes, CancellationToken ct) =>
        ChangeAsync("lvresize", ["--force", "--yes", "--size", Bytes(sizeBytes), "--", volume.Full(name)], ct);

    /// <summary>Sees to it that a logical volume has a device.</summary>
    public ValueTask ActivateAsync(LvmVolume volume, string name, CancellationToken ct) =>
        ChangeAsync("lvchange", ["--ignoreactivationskip", "--activate", "y", "--", volume.Full(name)], ct);

    /// <summary>Removes a logical volume.</summary>
    public async ValueTask RemoveAsync(LvmVolume volume, LvmRow row, CancellationToken ct)
    {
        if (row.IsActive)
        {
            // Giving the blocks back first keeps the removal, which holds up the whole pool, short. One that somebody uses says so again when it is removed.
            await tools.TryAsync("blkdiscard", ["--", volume.Device(row.Name)], ct).ConfigureAwait(false);
        }

        await ChangeAsync("lvremove", ["--force", "--yes", "--", volume.Full(row.Name)], ct).ConfigureAwait(false);
    }

    private async ValueTask ChangeAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        table.Forget();
        try
        {
            await tools.ChangeAsync(program, arguments, ct).ConfigureAwait(false);
        }
        finally
        {
            table.Forget(); // whoever read meanwhile may have read too early
        }
    }

    private static string Bytes(long sizeBytes) => string.Create(CultureInfo.InvariantCulture, $"{sizeBytes}b");
}
