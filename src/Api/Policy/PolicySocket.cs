namespace Qubes.Cqrs.Api;

/// <summary>A socket of the policy daemon.</summary>
/// <param name="Path">Where it lies, on disk.</param>
/// <param name="MakeReader">Makes what reads the request of one client.</param>
internal sealed record PolicySocket(string Path, Func<PolicyReader> MakeReader)
{
    /// <summary>How long a client may take to send its request; who sends nothing holds nothing but a connection, and not for ever.</summary>
    internal TimeSpan RequestBound { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of that.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The socket that qrexec asks.</summary>
    internal static PolicySocket OfRequests(string path) => new(path, static () => new PolicyLineReader());

    /// <summary>The socket of the service <c>policy.EvalSimple</c>.</summary>
    internal static PolicySocket OfEvalSimple(string path) => new(path, static () => new PolicyServiceReader("policy.EvalSimple", isForGui: false));

    /// <summary>The socket of the service <c>policy.EvalGUI</c>.</summary>
    internal static PolicySocket OfEvalGui(string path) => new(path, static () => new PolicyServiceReader("policy.EvalGUI", isForGui: true));
}
