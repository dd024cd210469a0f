namespace Qubes.Cqrs.Commands;

/// <summary>Asks and tells users about calls, in the qube that shows the windows of the caller.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on questions. What it answers is not trusted: whoever asks checks it.</remarks>
public interface IPolicyAgent
{
    /// <summary>Asks a user what to do with a call, and waits for the answer.</summary>
    /// <param name="guiVm">The qube that shows the windows of the caller.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="ct">Ends the waiting and takes the question back.</param>
    /// <returns>What was answered, 256 characters at most: <c>deny</c>, or <c>allow:</c> and a target.</returns>
    /// <exception cref="PolicyAgentException">Nobody answered.</exception>
    ValueTask<string> AskAsync(string guiVm, PolicyQuestion question, CancellationToken ct);

    /// <summary>Tells a user what became of a call.</summary>
    /// <param name="guiVm">The qube that shows the windows of the caller.</param>
    /// <param name="notice">What to tell.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="PolicyAgentException">It could not be told.</exception>
    ValueTask NotifyAsync(string guiVm, PolicyNotice notice, CancellationToken ct);
}
