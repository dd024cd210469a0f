using Microsoft.Extensions.Logging;

namespace Qubes.Cqrs.Api;

/// <summary>What the policy daemon logs; ids 1300 to 1319 are the original's words, 1320 to 1339 ours.</summary>
/// <remarks>Source: the recorded log lines. What a client sent is shown printable and bounded, so that nobody forges a line.</remarks>
internal static partial class PolicyLog
{
    // A remark may name hundreds of targets.
    private const int LongestReason = 4096;

    [LoggerMessage(1300, LogLevel.Information, "qrexec: {Service}: {Source} -> {Target}: allowed to {Reached}")]
    internal static partial void Allowed(ILogger logger, string service, string source, string target, string reached);

    [LoggerMessage(1301, LogLevel.Information, "qrexec: {Service}: {Source} -> {Target}: denied: {Reason}")]
    internal static partial void Denied(ILogger logger, string service, string source, string target, string reason);

    [LoggerMessage(1302, LogLevel.Error, "qrexec: {Service}: {Source} -> {Target}: error loading policy: {Reason}")]
    internal static partial void NotLoaded(ILogger logger, string service, string source, string target, string reason);

    [LoggerMessage(1303, LogLevel.Error, "qrexec: {Service}: {Source} -> {Target}: error getting system info: {Reason}")]
    internal static partial void NoSystem(ILogger logger, string service, string source, string target, string reason);

    [LoggerMessage(1304, LogLevel.Warning, "{Remark}")]
    internal static partial void Remark(ILogger logger, string remark);

    [LoggerMessage(1305, LogLevel.Warning, "{Service} not allowed from {Source}: the resolution was \"ask\", but source domain has no GuiVM")]
    internal static partial void NoGuiVm(ILogger logger, string service, string source);

    [LoggerMessage(1306, LogLevel.Warning, "invalid ask response for {Service}: {Answer}")]
    internal static partial void InvalidAnswer(ILogger logger, string service, string answer);

    [LoggerMessage(1307, LogLevel.Warning, "error calling qrexec-policy-agent in {GuiVm}")]
    internal static partial void AgentFailed(ILogger logger, string guiVm);

    [LoggerMessage(1308, LogLevel.Warning, "{Problem}")]
    internal static partial void Malformed(ILogger logger, string problem);

    [LoggerMessage(1309, LogLevel.Warning,
        "b'{Called}' can only be invoked by a domain that provides GUI to both the source and target domains, not {Caller}")]
    internal static partial void NotItsGui(ILogger logger, string called, string caller);

    [LoggerMessage(1320, LogLevel.Warning, "qrexec: {Service}: {Source} -> {Target}: no answer: {Reason}")]
    internal static partial void Unanswered(ILogger logger, string service, string source, string target, string reason);

    [LoggerMessage(1321, LogLevel.Debug, "qrexec: {Service}: {Source} -> {Target}: nobody waits for the answer any more")]
    internal static partial void Abandoned(ILogger logger, string service, string source, string target);

    [LoggerMessage(1322, LogLevel.Warning, "a user was not told about a call: {Reason}")]
    internal static partial void NotTold(ILogger logger, string reason);

    [LoggerMessage(1323, LogLevel.Error, "answering a policy request failed")]
    internal static partial void Fault(ILogger logger, Exception fault);

    [LoggerMessage(1325, LogLevel.Warning,
        "{Path} is served by somebody else, such as the policy daemon of qrexec: this daemon goes on without it. To have it served here, stop the other " +
        "one for good ('systemctl disable --now qubes-qrexec-policy-daemon') and start this one again; to leave it to the other one, set 'policy: serve: false'")]
    internal static partial void InUse(ILogger logger, string path);

    [LoggerMessage(1326, LogLevel.Warning, "{Path} cannot be served, this daemon goes on without it: {Reason}")]
    internal static partial void CannotServe(ILogger logger, string path, string reason);

    /// <summary>A text of a client, printable.</summary>
    internal static string Text(string? untrustedText) => SocketLog.Printable(untrustedText ?? "");

    /// <summary>A longer text that may hold texts of clients, printable.</summary>
    internal static string Reason(string untrustedText) => SocketLog.Printable(untrustedText, LongestReason);
}
