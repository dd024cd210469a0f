using System.Text.Encodings.Web;
using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reaches users through the services <c>policy.Ask</c> and <c>policy.Notify</c> of the qube that shows the windows of the caller, dom0's among them.</summary>
/// <param name="paths">Where the sockets of dom0's own services lie.</param>
/// <param name="qrexec">Reaches the services of other qubes.</param>
/// <param name="patience">How long the user may think.</param>
/// <remarks>Source: spec, policy 6; the header and the JSON are recorded. What the agent answers is bounded.</remarks>
public sealed class GuiPolicyAgent(RootedPaths paths, IQrexec qrexec, TimeSpan patience) : IPolicyAgent
{
    private const string AskService = "policy.Ask";
    private const string NotifyService = "policy.Notify";

    // It goes to people and their agent, not into a page of HTML: a plus stays a plus.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GuiService services = new(paths, qrexec);

    /// <summary>How long a message may take that nobody has to answer.</summary>
    public TimeSpan NoticeBound { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async ValueTask<string> AskAsync(string guiVm, PolicyQuestion question, CancellationToken ct) =>
        await CallAsync(guiVm, AskService, Write(json => Write(json, question)), patience, ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask NotifyAsync(string guiVm, PolicyNotice notice, CancellationToken ct) =>
        await CallAsync(guiVm, NotifyService, Write(json => Write(json, notice)), NoticeBound, ct).ConfigureAwait(false);

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, PolicyQuestion question)
    {
        json.WriteString("source", question.Source);
        json.WriteString("service", question.Service);
        json.WriteString("argument", question.Argument);
        json.WriteStrings("targets", question.Targets);
        json.WriteString("default_target", question.DefaultTarget);
        json.WriteStartObject("icons");
        foreach (var (name, icon) in question.Icons)
        {
            json.WriteString(name, icon);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicyNotice notice)
    {
        json.WriteString("resolution", notice.IsAllowed ? "allow" : "deny");
        json.WriteString("service", notice.Service);
        json.WriteString("argument", notice.Argument);
        json.WriteString("source", notice.Source);
        json.WriteString("target", notice.Target);
    }

    private async Task<string> CallAsync(string guiVm, string service, byte[] text, TimeSpan bound, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(bound);
        try
        {
            var ended = await services.CallAsync(guiVm, service, " dom0 name dom0", text, bound, limit.Token).ConfigureAwait(false);
            return ended.ExitCode != 0 ? throw new IOException($"exit code {ended.ExitCode}")
                : ended.Output.Length > GuiService.MostBytes ? ended.Output[..(GuiService.MostBytes + 1)]
                : ended.Output;
        }
        catch (Exception late) when (late is TimeoutException || (late is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new PolicyAgentException($"{service} in {guiVm} did not answer within {bound.TotalSeconds} s", isUnreachable: false, late);
        }
        catch (IOException nobody)
        {
            throw new PolicyAgentException($"{service} in {guiVm} does not answer: {nobody.Message}", isUnreachable: false, nobody);
        }
        catch (QubeErrorException missing)
        {
            throw new PolicyAgentException($"{service} in {guiVm} cannot be reached: {missing.Message}", isUnreachable: true, missing);
        }
    }
}
