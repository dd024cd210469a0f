namespace Qubes.Cqrs.Domain;

/// <summary>What the loading or the judging has to say beside its result.</summary>
/// <param name="IsWarning">Whether somebody should look at it.</param>
/// <param name="Text">The words of the original.</param>
public sealed record PolicyRemark(bool IsWarning, string Text);
