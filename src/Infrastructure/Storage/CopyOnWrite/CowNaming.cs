namespace Qubes.Cqrs.Infrastructure;

/// <summary>Which files are whose in a <c>file</c> pool.</summary>
internal sealed class CowNaming : IFileNaming
{
    /// <inheritdoc/>
    public bool Owns(string volume, string file) => new CowNames(volume).All.Contains(file, StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool IsPartial(string file) => FileReplacement.IsLeftOver(file) || file.EndsWith("-import.img", StringComparison.Ordinal);
}
