namespace Qubes.Cqrs.Api;

/// <summary>Refusals that several calls share.</summary>
/// <param name="Name">What calls refer to it by.</param>
/// <param name="About">When they are met.</param>
/// <param name="Errors">The refusals.</param>
internal sealed record ErrorGroup(string Name, string About, IReadOnlyList<DocumentedError> Errors);
