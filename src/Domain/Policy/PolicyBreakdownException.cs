namespace Qubes.Cqrs.Domain;

/// <summary>What the original did not expect: it answers nothing then, and neither may anything be allowed.</summary>
/// <param name="className">The name of the original's error.</param>
/// <param name="message">What is wrong.</param>
public sealed class PolicyBreakdownException(string className, string message) : PolicyException(message)
{
    /// <summary>The path of the file where it was found; null when none is to blame.</summary>
    public string? File { get; init; }

    /// <inheritdoc/>
    public override string ClassName { get; } = className;

    /// <inheritdoc/>
    public override bool IsUnanswered => true;
}
