using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The datasets and snapshots of a container at one moment.</summary>
internal sealed class ZfsRows
{
    private readonly Dictionary<string, ZfsRow> rows;

    /// <summary>Reads what <c>zfs list</c> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public ZfsRows(string output) =>
        rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ZfsRow.Parse).ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IEnumerable<ZfsRow> All => rows.Values;

    /// <summary>A dataset or snapshot, or null.</summary>
    public ZfsRow? Find(string name) => rows.GetValueOrDefault(name);

    /// <summary>Whether there is such a dataset or snapshot.</summary>
    public bool Has(string name) => rows.ContainsKey(name);

    /// <summary>The snapshots of a dataset by the part after the <c>@</c>, oldest first.</summary>
    public IEnumerable<(string Name, ZfsRow Row)> SnapshotsOf(string dataset) => rows.Values
        .Where(row => row.Name.StartsWith(dataset + "@", StringComparison.Ordinal))
        .OrderBy(row => row.Created).ThenBy(row => row.Name, StringComparer.Ordinal)
        .Select(row => (row.Name[(dataset.Length + 1)..], row));

    /// <summary>The committed states of a dataset, oldest first.</summary>
    public IEnumerable<ZfsRow> CleanOf(string dataset) =>
        SnapshotsOf(dataset).Where(snapshot => snapshot.Name.StartsWith(ZfsVolume.Clean, StringComparison.Ordinal)).Select(snapshot => snapshot.Row);

    /// <summary>The revisions of a dataset, oldest first.</summary>
    public EquatableArray<VolumeRevision> RevisionsOf(string dataset) =>
        SnapshotsOf(dataset).Select(snapshot => ZfsVolume.FindRevision(snapshot.Name)).OfType<VolumeRevision>().ToEquatableArray();

    /// <summary>The datasets whose names begin so.</summary>
    public IEnumerable<string> Beginning(string prefix) => rows.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !name.Contains('@', StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
