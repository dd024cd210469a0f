namespace Qubes.Cqrs.Commands;

/// <summary>What became of a call.</summary>
/// <param name="IsAllowed">Whether it is made.</param>
/// <param name="Service">The service.</param>
/// <param name="Argument">Its argument with the <c>+</c>.</param>
/// <param name="Source">The caller.</param>
/// <param name="Target">Whom it reaches, or wanted to reach.</param>
public sealed record PolicyNotice(bool IsAllowed, string Service, string Argument, string Source, string Target);
