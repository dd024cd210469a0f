namespace Qubes.Cqrs.Projections;

/// <summary>A key below a domain's folder in xenstore.</summary>
/// <param name="Name">Its path there, without a slash at the beginning.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsOfDomain">Whether it belongs to the domain, which may write it; the others it may read.</param>
public sealed record XenstoreKey(string Name, string Value, bool IsOfDomain);
