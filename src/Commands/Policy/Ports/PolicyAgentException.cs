namespace Qubes.Cqrs.Commands;

/// <summary>A user could not be asked or told about a call.</summary>
/// <param name="message">Why.</param>
/// <param name="isUnreachable">Whether there is no way to reach the agent at all: then the original answers nothing.</param>
/// <param name="reason">What happened.</param>
public sealed class PolicyAgentException(string message, bool isUnreachable, Exception? reason = null) : Exception(message, reason)
{
    /// <summary>Whether there is no way to reach the agent at all: then the original answers nothing.</summary>
    public bool IsUnreachable { get; } = isUnreachable;
}
