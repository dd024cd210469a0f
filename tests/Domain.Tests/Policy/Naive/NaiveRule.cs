namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A rule as the words of its line.</summary>
/// <param name="Place">File, colon, line.</param>
/// <param name="Service">The service or <c>*</c>.</param>
/// <param name="Argument">The argument with its <c>+</c>, or <c>*</c>.</param>
/// <param name="Source">The caller's word.</param>
/// <param name="Target">The target's word.</param>
/// <param name="Action"><c>allow</c>, <c>deny</c> or <c>ask</c>.</param>
/// <param name="Options">What follows.</param>
internal sealed record NaiveRule(
    string Place, string Service, string Argument, string Source, string Target, string Action, IReadOnlyDictionary<string, string> Options)
{
    internal bool Autostart => Options.GetValueOrDefault("autostart") != "no";

    internal bool Notify => Options.TryGetValue("notify", out var given) ? given == "yes" : Action == "deny";

    internal string? User => Options.GetValueOrDefault("user") is { Length: > 0 } user ? user : null;
}
