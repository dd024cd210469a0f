using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What the policy daemon is asked; only its form was checked.</summary>
/// <param name="Source">The caller: a name or <c>uuid:…</c>, or anything else.</param>
/// <param name="Target">Whom it wants to call; empty for nobody.</param>
/// <param name="Service">The service, with a <c>+</c> and the argument if there is one.</param>
/// <remarks>Source: spec, policy 6, the table of sockets.</remarks>
internal sealed record PolicyInquiry(string Source, string Target, string Service)
{
    /// <summary>The qube on another host that the caller says it speaks for; null for none.</summary>
    internal string? RequestedSource { get; init; }

    /// <summary>Whether a question counts as answered with yes.</summary>
    internal bool AssumeYes { get; init; }

    /// <summary>Whether nothing but the result is wanted, and nobody is asked or told.</summary>
    internal bool JustEvaluate { get; init; }

    /// <summary>The service and the qube that may ask this only if it shows the windows of both sides; null when anybody may.</summary>
    internal (string Service, string Qube)? Asker { get; init; }

    /// <summary>The call that is judged.</summary>
    internal PolicyRequest Request => PolicyRequest.Of(Service, Source, Target, RequestedSource);
}
