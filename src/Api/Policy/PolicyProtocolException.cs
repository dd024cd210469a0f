namespace Qubes.Cqrs.Api;

/// <summary>What a client of the policy daemon sent is malformed: it gets no answer.</summary>
/// <param name="message">For the log: the words of the original, or ours where it told a trace.</param>
internal sealed class PolicyProtocolException(string message) : Exception(message);
