using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Asks and tells users about calls; how much of it happens at a time is bounded.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on questions.</remarks>
internal sealed class PolicyUsers(IPolicyAgent agent, ILogger logger) : IDisposable
{
    private const int MostQuestions = 128;
    private const int MostQuestionsOfOne = 32;
    private const int MostNotices = 64;

    private readonly OpenQuestions questions = new(MostQuestionsOfOne, MostQuestions);
    private readonly CancellationTokenSource stopping = new();
    private int notices;

    /// <summary>How many messages are on their way.</summary>
    internal int OpenNotices => Volatile.Read(ref notices);

    /// <summary>The qube that a caller is, for whatever concerns its user; null when there is none.</summary>
    internal static IPolicyQube? Find(IPolicySystem qubes, string caller) => caller.StartsWith(PolicyTokens.Uuid, StringComparison.Ordinal)
        ? qubes.FindUuid(caller[PolicyTokens.Uuid.Length..])
        : qubes.Find(caller);

    /// <summary>Asks a user; nothing waits for it but this call.</summary>
    /// <param name="guiVm">Where.</param>
    /// <param name="qubes">The qubes, for their icons.</param>
    /// <param name="source">The caller that the question is about.</param>
    /// <param name="asked">What the policy says.</param>
    /// <param name="request">The call.</param>
    /// <param name="ct">Takes the question back.</param>
    /// <returns>The answer, which is not trusted.</returns>
    /// <exception cref="PolicyAgentException">Nobody answered, or too many questions are open.</exception>
    internal async ValueTask<string> AskAsync(
        string guiVm, IPolicySystem qubes, string source, PolicyAsked asked, PolicyRequest request, CancellationToken ct)
    {
        if (!questions.TryEnter(source))
        {
            throw new PolicyAgentException($"too many questions are open, {MostQuestionsOfOne} of {source} or {MostQuestions} of all", isUnreachable: false);
        }

        try
        {
            var question = new PolicyQuestion(source, request.Service, request.Argument, asked.Targets, asked.DefaultTarget ?? "", IconsOf(qubes));
            return await agent.AskAsync(guiVm, question, ct);
        }
        finally
        {
            questions.Leave(source);
        }
    }

    /// <summary>Tells a user in the background; what cannot be told is left out.</summary>
    internal void Tell(string guiVm, PolicyNotice notice)
    {
        if (Interlocked.Increment(ref notices) > MostNotices)
        {
            Interlocked.Decrement(ref notices);
            PolicyLog.NotTold(logger, "too much is being told already");
            return;
        }

        _ = TellAsync(guiVm, notice);
    }

    /// <summary>Stops telling.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    // The icons of all qubes, those that nobody can choose too, then those of disposables: an icon is a class and a colour.
    private static ImmutableArray<KeyValuePair<string, string>> IconsOf(IPolicySystem qubes)
    {
        var all = qubes.Choices.Qubes;
        return
        [
            .. all.Select(qube => KeyValuePair.Create(qube.Name, qube.Icon ?? "")),
            .. all.Where(qube => qube.IsTemplateForDisposables)
                .Select(qube => KeyValuePair.Create(PolicyTokens.DisposableOf + qube.Name, DisposableIcon(qube.Icon ?? ""))),
        ];
    }

    private static string DisposableIcon(string template) => "dispvm" + template[Math.Max(template.IndexOf('-', StringComparison.Ordinal), 0)..];

    private async Task TellAsync(string guiVm, PolicyNotice notice)
    {
        try
        {
            await agent.NotifyAsync(guiVm, notice, stopping.Token);
        }
        catch (PolicyAgentException reason)
        {
            PolicyLog.AgentFailed(logger, PolicyLog.Text(guiVm));
            PolicyLog.NotTold(logger, PolicyLog.Reason(reason.Message));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            // The daemon stops: what its last calls came to is in the log.
        }
        catch (Exception fault)
        {
            PolicyLog.Fault(logger, fault);
        }
        finally
        {
            Interlocked.Decrement(ref notices);
        }
    }
}
