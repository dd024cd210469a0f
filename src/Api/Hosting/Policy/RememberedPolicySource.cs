using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Files of a policy, each of which is read once: whoever edits them meanwhile does not make two files of one.</summary>
internal sealed class RememberedPolicySource(IPolicySource source) : IPolicySource
{
    private readonly Dictionary<string, PolicyFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyCollection<string>?> folders = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public PolicyFile Find(string path) => files.TryGetValue(path, out var known) ? known : files[path] = source.Find(path);

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string folder) => folders.TryGetValue(folder, out var known) ? known : folders[folder] = source.List(folder);
}
