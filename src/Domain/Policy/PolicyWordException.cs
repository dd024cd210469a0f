namespace Qubes.Cqrs.Domain;

/// <summary>A word of a policy may not stand where it does; whoever knows the place makes a <see cref="PolicySyntaxException"/> of it.</summary>
/// <param name="message">The words of the original.</param>
/// <param name="expected">What could stand there.</param>
public sealed class PolicyWordException(string message, string expected) : Exception(message)
{
    /// <summary>What could stand there.</summary>
    public string Expected { get; } = expected;
}
