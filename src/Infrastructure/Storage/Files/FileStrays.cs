using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Finds and removes image files that belong to no known volume.</summary>
/// <remarks>Other files in qubes' folders (<c>firewall.xml</c>, <c>notes.txt</c>) are none of a pool's business. A temporary file may also be that of an operation that runs just now:
/// strays are looked for while none does.</remarks>
internal sealed class FileStrays(PoolFiles files, IFileNaming naming)
{
    /// <summary>What belongs to no volume of <paramref name="known"/>.</summary>
    internal async ValueTask<IReadOnlyList<StrayData>> FindAsync(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        await Task.Run(() => Find(pool, known, ct), ct).ConfigureAwait(false);

    /// <summary>Removes a stray; one that is gone already is no error.</summary>
    /// <exception cref="StorageRefusedException">It belongs to a known volume, or is no place of the pool.</exception>
    internal async ValueTask RemoveAsync(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known, CancellationToken ct) =>
        await Task.Run(() => Remove(pool, stray, known), ct).ConfigureAwait(false);

    private List<StrayData> Find(Pool pool, IReadOnlyCollection<DriverVolume> known, CancellationToken ct)
    {
        var volumes = VolumesByFolder(pool, known);
        var found = new List<StrayData>();
        using var top = files.Open(pool);
        foreach (var kind in FileVolumeId.Kinds)
        {
            using var folder = top.TryOpen(kind);
            foreach (var qube in (folder?.Names() ?? []).Order(StringComparer.Ordinal))
            {
                ct.ThrowIfCancellationRequested();
                FindIn(folder!, qube, $"{kind}/{Printable(qube)}", volumes[$"{kind}/{qube}"], found); // it has names, so it is there
            }
        }

        return found;
    }

    private void Remove(Pool pool, StrayData stray, IReadOnlyCollection<DriverVolume> known)
    {
        var parts = stray.Place.Split('/');
        if (parts.Length is not (2 or 3) || !FileVolumeId.Kinds.Contains(parts[0], StringComparer.Ordinal) || !FileVolumeId.IsName(parts[1]))
        {
            throw Refused(stray);
        }

        var owners = VolumesByFolder(pool, known)[$"{parts[0]}/{parts[1]}"].ToList();
        using var top = files.Open(pool);
        using var kind = top.TryOpen(parts[0]);
        if (parts.Length == 3)
        {
            using var folder = kind?.TryOpen(parts[1]);
            if (!IsImage(parts[2]) || Printable(parts[2]) != parts[2] || owners.Any(volume => naming.Owns(volume, parts[2])))
            {
                throw Refused(stray);
            }

            folder?.Unlink(parts[2]);
            folder?.Sync();
        }

        if (owners.Count == 0)
        {
            kind?.RemoveIfEmpty(parts[1]);
        }
    }

    private void FindIn(FolderHandle kind, string qube, string place, IEnumerable<string> volumes, List<StrayData> found)
    {
        if (kind.Look(qube) is not { } status || (status.Kind != FileStatus.Folder && !FileVolumeId.IsName(qube)))
        {
            return;
        }

        if (status.Kind != FileStatus.Folder)
        {
            found.Add(new StrayData(place, false, 0)); // a link where a folder ought to be
            return;
        }

        using var folder = kind.TryOpen(qube);
        var names = folder?.Names() ?? [];
        var owners = volumes.ToList();
        if (names.Count == 0 && owners.Count == 0 && FileVolumeId.IsName(qube))
        {
            found.Add(new StrayData(place, true, 0));
        }

        foreach (var name in names.Where(name => IsImage(name) && !owners.Any(volume => naming.Owns(volume, name))).Order(StringComparer.Ordinal))
        {
            if (folder!.Look(name) is { } file) // it has names, so it is there; what work made that ended meanwhile is not
            {
                found.Add(new StrayData(
                    $"{place}/{Printable(name)}", file.IsFile && FileVolumeId.IsName(qube) && Printable(name) == name && naming.IsPartial(name), file.AllocatedBytes));
            }
        }
    }

    private static ILookup<string, string> VolumesByFolder(Pool pool, IReadOnlyCollection<DriverVolume> known) => known
        .Where(volume => volume.Pool.Name == pool.Name && FileVolumeId.TryParse(volume.Vid, out _))
        .Select(volume => FileVolumeId.Of(volume.Vid))
        .ToLookup(id => $"{id.Kind}/{id.Qube}", id => id.Name, StringComparer.Ordinal);

    private static bool IsImage(string name) => name.Contains(".img", StringComparison.Ordinal);

    private static string Printable(string name) => string.Concat(name.Select(character => character is > ' ' and < (char)127 and not '/' ? character : '_'));

    private static StorageRefusedException Refused(StrayData stray) => new($"{PythonText.Repr(stray.Place)} belongs to a volume, or is no place of the pool");
}
