using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A policy of which only some files count, and what they include.</summary>
/// <param name="source">Where they lie.</param>
/// <param name="folder">Their folder.</param>
/// <param name="names">Their names.</param>
internal sealed class ChosenPolicyFiles(IPolicySource source, string folder, IReadOnlyCollection<string> names) : IPolicySource
{
    /// <inheritdoc/>
    public PolicyFile Find(string path) => source.Find(path);

    /// <inheritdoc/>
    public IReadOnlyCollection<string>? List(string wanted) => wanted == folder ? names : source.List(wanted);
}
