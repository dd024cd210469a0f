namespace Qubes.Cqrs.Api;

/// <summary>A tool of the policy cannot do what it was asked for; the text says why.</summary>
internal sealed class PolicyToolException(string message) : Exception(message);
