using System.Globalization;
using System.Security.Cryptography;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The commands of ZFS that the driver needs. Names begin with a letter or digit, so none can become an option.</summary>
/// <remarks>Source: spec, storage 8.</remarks>
internal sealed class ZfsCommands(StorageTools tools)
{
    // Every block size that a volume can have divides this.
    private const long Granularity = 128 * 1024;
    private const string Program = "zfs";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>A size as a volume can have it.</summary>
    public static long Rounded(long sizeBytes) => Math.Max(1, (sizeBytes + Granularity - 1) / Granularity) * Granularity;

    /// <summary>A name that nothing else has.</summary>
    public static string Unique(string prefix) => prefix + RandomNumberGenerator.GetString(Letters, 8);

    /// <summary>Whether there is such a dataset.</summary>
    public async ValueTask<bool> HasAsync(string dataset, CancellationToken ct)
    {
        try
        {
            await tools.ReadAsync(Program, ["list", "-H", "-o", "name", dataset], ct).ConfigureAwait(false);
            return true;
        }
        catch (StorageRefusedException)
        {
            return false; // whatever else is wrong, making it says so again
        }
    }

    /// <summary>Everything in a container.</summary>
    /// <exception cref="IOException">What the tool wrote makes no sense.</exception>
    public async ValueTask<ZfsRows> ListAsync(string container, CancellationToken ct)
    {
        var output = await tools.ReadAsync(Program, ["list", "-H", "-p", "-r", "-t", "filesystem,volume,snapshot", "-o", ZfsRow.Columns, container], ct).ConfigureAwait(false);
        try
        {
            return new ZfsRows(output);
        }
        catch (Exception senseless) when (senseless is FormatException or OverflowException or ArgumentException)
        {
            throw new IOException($"zfs: {senseless.Message}", senseless);
        }
    }

    /// <summary>Makes an empty volume that takes space only as it is written to, with the datasets above it.</summary>
    public ValueTask CreateAsync(string dataset, long sizeBytes, CancellationToken ct) =>
        ChangeAsync(["create", "-p", "-s", "-V", Number(Rounded(sizeBytes)), dataset], ct);

    /// <summary>Makes the container of a pool.</summary>
    public ValueTask CreateContainerAsync(string container, CancellationToken ct) =>
        ChangeAsync(["create", "-p", "-o", "mountpoint=none", "-o", "volmode=dev", "-o", "org.qubes-os:part-of-qvm-pool=true", container], ct);

    /// <summary>Keeps the present state of a dataset.</summary>
    public ValueTask SnapshotAsync(string dataset, string name, CancellationToken ct) => ChangeAsync(["snapshot", $"{dataset}@{name}"], ct);

    /// <summary>Makes a dataset of a snapshot, with the datasets above it.</summary>
    public ValueTask CloneAsync(string snapshot, string dataset, CancellationToken ct) => ChangeAsync(["clone", "-p", snapshot, dataset], ct);

    /// <summary>Gives a dataset another name, and makes the datasets above that.</summary>
    public ValueTask RenameAsync(string dataset, string renamed, CancellationToken ct) => ChangeAsync(["rename", "-p", dataset, renamed], ct);

    /// <summary>Sets properties of a dataset.</summary>
    public ValueTask SetAsync(string dataset, CancellationToken ct, params string[] properties) => ChangeAsync(["set", .. properties, dataset], ct);

    /// <summary>Sets the size of a volume.</summary>
    public ValueTask ResizeAsync(string dataset, long sizeBytes, CancellationToken ct) => SetAsync(dataset, ct, $"volsize={Number(Rounded(sizeBytes))}");

    /// <summary>Goes back to a snapshot; those after it go.</summary>
    public ValueTask RollBackAsync(string snapshot, CancellationToken ct) => ChangeAsync(["rollback", "-r", snapshot], ct);

    /// <summary>Removes a snapshot: at once, or as soon as the last clone of it is gone.</summary>
    public ValueTask DropSnapshotAsync(string snapshot, CancellationToken ct) => ChangeAsync(["destroy", "-d", snapshot], ct);

    /// <summary>Removes a dataset with its snapshots; those that others began as move to these first.</summary>
    public async ValueTask DestroyAsync(string dataset, ZfsRows rows, CancellationToken ct)
    {
        var snapshots = rows.SnapshotsOf(dataset).ToList();
        if (snapshots.Any(snapshot => snapshot.Row.Clones.Length > 0))
        {
            // Whoever takes them over must not get states that were never its own.
            foreach (var (_, row) in snapshots.Where(snapshot => snapshot.Row.Clones.Length == 0))
            {
                await DropSnapshotAsync(row.Name, ct).ConfigureAwait(false);
            }

            foreach (var clone in snapshots.Select(snapshot => snapshot.Row.Clones.FirstOrDefault()).OfType<string>())
            {
                await ChangeAsync(["promote", clone], ct).ConfigureAwait(false);
            }
        }

        await ChangeAsync(["destroy", "-r", dataset], ct).ConfigureAwait(false);
    }

    private ValueTask ChangeAsync(IReadOnlyList<string> arguments, CancellationToken ct) => tools.ChangeAsync(Program, arguments, ct);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
