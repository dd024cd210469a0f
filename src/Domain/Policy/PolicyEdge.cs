using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>A qube may call another one.</summary>
/// <param name="Source">The caller.</param>
/// <param name="Target">Whom its calls reach: a qube, or <c>@dispvm:…</c>.</param>
/// <param name="IsAsked">Whether the user is asked first.</param>
/// <param name="Services">The services, with the argument where only that one may be given; <c>*</c> for all that no rule names.</param>
public sealed record PolicyEdge(string Source, string Target, bool IsAsked, ImmutableArray<string> Services);
