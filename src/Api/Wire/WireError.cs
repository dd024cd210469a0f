namespace Qubes.Cqrs.Api;

/// <summary>How a refusal appears on the wire.</summary>
/// <param name="ClassName">The bare name of the original's exception class.</param>
/// <param name="Family">The branch of the original's classes that it belongs to.</param>
public sealed record WireError(string ClassName, WireErrorFamily Family);
