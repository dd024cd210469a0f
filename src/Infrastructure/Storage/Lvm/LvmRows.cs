using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The logical volumes of the host at one moment.</summary>
internal sealed class LvmRows
{
    private readonly Dictionary<(string Group, string Name), LvmRow> rows;

    /// <summary>Reads what <c>lvs</c> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public LvmRows(string output) => rows = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(LvmRow.Parse).ToDictionary(row => (row.Group, row.Name));

    /// <summary>All of them.</summary>
    public IEnumerable<LvmRow> All => rows.Values;

    /// <summary>A logical volume, or null.</summary>
    public LvmRow? Find(string group, string name) => rows.GetValueOrDefault((group, name));

    /// <summary>Whether a volume has a part of this name.</summary>
    public bool Has(LvmVolume volume, string name) => rows.ContainsKey((volume.Group, name));

    /// <summary>The names of the parts of a volume, in order.</summary>
    public IEnumerable<string> Of(LvmVolume volume) =>
        rows.Keys.Where(row => row.Group == volume.Group && volume.Owns(row.Name)).Select(row => row.Name).Order(StringComparer.Ordinal);

    /// <summary>Whether a revision is the committed state: a copy of it, which nobody wrote to since.</summary>
    public bool IsKept(LvmVolume volume) => Find(volume.Group, volume.Name) is { } committed
        && RevisionsOf(volume).Any(revision => Find(volume.Group, volume.Revision(revision.Name)) is { } kept && kept.Origin == volume.Name && kept.SizeBytes == committed.SizeBytes);

    /// <summary>The revisions of a volume, oldest first.</summary>
    public EquatableArray<VolumeRevision> RevisionsOf(LvmVolume volume) =>
        Of(volume).Select(volume.FindRevision).OfType<VolumeRevision>().OrderBy(revision => revision.CreatedSeconds).ToEquatableArray();
}
