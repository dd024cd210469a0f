namespace Qubes.Cqrs.Domain;

/// <summary>A call of a service that is to be judged.</summary>
/// <param name="Service">The service.</param>
/// <param name="Argument">Its argument with the <c>+</c>.</param>
/// <param name="Source">The caller: a name or <c>uuid:…</c>.</param>
/// <param name="Target">What it wants to call: a name, <c>uuid:…</c>, <c>@adminvm</c>, <c>@default</c>, <c>@dispvm</c>, <c>@dispvm:…</c>; empty for <c>@default</c>.</param>
/// <param name="RequestedSource">The qube on another host that the caller says it speaks for; null for none.</param>
/// <remarks>Source: spec, policy 6.</remarks>
public sealed record PolicyRequest(string Service, string Argument, string Source, string Target, string? RequestedSource = null)
{
    /// <summary>A request with what stands before and after the first <c>+</c>; without one, the argument is <c>+</c>.</summary>
    public static PolicyRequest Of(string serviceAndArgument, string source, string target, string? requestedSource = null)
    {
        var plus = serviceAndArgument.IndexOf('+', StringComparison.Ordinal);
        return plus < 0
            ? new PolicyRequest(serviceAndArgument, "+", source, target, requestedSource)
            : new PolicyRequest(serviceAndArgument[..plus], serviceAndArgument[plus..], source, target, requestedSource);
    }
}
