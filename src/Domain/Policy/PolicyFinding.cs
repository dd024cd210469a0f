namespace Qubes.Cqrs.Domain;

/// <summary>What a check of a policy found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="File">The path of the file; empty when none is to blame.</param>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
/// <param name="Column">The column, from 1; 0 for the whole line.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Expected">What could stand there; null when nothing is known to.</param>
public sealed record PolicyFinding(PolicyFindingKind Kind, string File, int Line, int Column, string Text, string? Expected = null)
{
    /// <summary>Whether the policy cannot be used because of it.</summary>
    public bool IsError => Kind == PolicyFindingKind.Unusable;
}
