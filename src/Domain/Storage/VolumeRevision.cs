namespace Qubes.Cqrs.Domain;

/// <summary>A state that a volume can go back to.</summary>
/// <param name="Name">Its name, as the API lists it: letters, digits, <c>:</c>, <c>-</c>, <c>_</c> and <c>.</c>.</param>
/// <param name="CreatedSeconds">When the data that it keeps was written, in seconds since 1970; what the driver tells.</param>
/// <remarks>Source: spec, storage 4, revisions.</remarks>
public readonly record struct VolumeRevision(string Name, long CreatedSeconds);
