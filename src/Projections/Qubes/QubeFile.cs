namespace Qubes.Cqrs.Projections;

/// <summary>A file of a qube as it has to be.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Content">Its bytes; null when there is to be none.</param>
public sealed record QubeFile(string Path, ReadOnlyMemory<byte>? Content);
