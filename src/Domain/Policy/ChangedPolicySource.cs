namespace Qubes.Cqrs.Domain;

/// <summary>The files of a policy as they would be after a change of one of them.</summary>
/// <param name="before">The files as they are.</param>
/// <param name="changed">The path of the file, links followed.</param>
/// <param name="text">What it is to hold; null when it is to be removed.</param>
/// <param name="resolve">Tells where a path leads when links are followed.</param>
/// <remarks>A file that leaves is there to the end, so that its name counts as before, but is empty. Source: spec, policy 5, the row of validation.</remarks>
public sealed class ChangedPolicySource(IPolicySource before, string changed, string? text, Func<string, string> resolve) : IPolicySource
{
    /// <inheritdoc/>
    public PolicyFile Find(string path) =>
        resolve(path) != changed ? before.Find(path)
        : text is null ? PolicyFile.Leaving
        : PolicyFile.Of(text) with { RealPath = path == changed ? null : changed };

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string folder)
    {
        var names = before.List(folder);
        var name = PolicyPaths.NameOf(changed);
        return names is null || names.Contains(name) || resolve(folder) != PolicyPaths.FolderOf(changed) ? names : [.. names, name];
    }
}
