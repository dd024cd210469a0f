namespace Qubes.Cqrs.Api;

/// <summary>Reads what one client of the policy daemon asks.</summary>
internal abstract class PolicyReader
{
    /// <summary>What ends an answer.</summary>
    internal abstract string AnswerEnd { get; }

    /// <summary>How many bytes a request has at most.</summary>
    internal abstract int MostBytes { get; }

    /// <summary>Looks at what came.</summary>
    /// <param name="untrustedBytes">All that came so far; each time what it was before, and more.</param>
    /// <param name="isEnd">Whether nothing will follow.</param>
    /// <returns>What is asked; null when more has to come, which is never so at the end.</returns>
    /// <exception cref="PolicyProtocolException">It is malformed: the client gets no answer.</exception>
    internal abstract PolicyInquiry? Read(ReadOnlySpan<byte> untrustedBytes, bool isEnd);
}
