namespace Qubes.Cqrs.Domain;

/// <summary>Finds qubes by the words of requests and rules.</summary>
public static class PolicyNames
{
    /// <summary>A qube by name, <c>uuid:…</c>, or a word for dom0; null when there is none.</summary>
    public static IPolicyQube? Find(IPolicySystem system, string text) =>
        PolicyTokens.IsDom0(text) ? system.Find("dom0")
        : text.StartsWith(PolicyTokens.Uuid, StringComparison.Ordinal) ? system.FindUuid(text[PolicyTokens.Uuid.Length..])
        : system.Find(text);
}
