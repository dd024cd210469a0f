namespace Qubes.Cqrs.Infrastructure;

/// <summary>Which files are whose in a pool of files that share blocks.</summary>
internal sealed class ReflinkNaming : IFileNaming
{
    /// <inheritdoc/>
    public bool Owns(string volume, string file)
    {
        var names = new ReflinkNames(volume);
        return file == names.Image || file == names.Dirty || file == names.Precache || file == names.Import || names.TryRevision(file, out _);
    }

    /// <inheritdoc/>
    public bool IsPartial(string file) => FileReplacement.IsLeftOver(file) ||
        file.EndsWith("-import.img", StringComparison.Ordinal) || file.EndsWith("-precache.img", StringComparison.Ordinal);
}
