namespace Qubes.Cqrs.Domain;

/// <summary>Reads the words that stand for qubes.</summary>
/// <remarks>Source: spec, policy 1, the table of tokens.</remarks>
public static class PolicyTokens
{
    /// <summary>dom0 in a request.</summary>
    public const string AdminVm = "@adminvm";

    /// <summary>No target in a request.</summary>
    public const string Default = "@default";

    /// <summary>A disposable of the caller's default template.</summary>
    public const string Disposable = "@dispvm";

    /// <summary>What stands before the template of a disposable.</summary>
    public const string DisposableOf = "@dispvm:";

    /// <summary>What stands before a UUID.</summary>
    public const string Uuid = "uuid:";

    /// <summary>dom0 by its UUID.</summary>
    public const string Dom0Uuid = "uuid:00000000-0000-0000-0000-000000000000";

    private const string TagPrefix = "@tag:";
    private const string TypePrefix = "@type:";

    /// <summary>Whether a word of a request stands for dom0.</summary>
    public static bool IsDom0(string text) => text is "dom0" or AdminVm or Dom0Uuid;

    /// <summary>Reads a word.</summary>
    /// <exception cref="PolicyWordException">It may not stand there.</exception>
    public static PolicyToken Parse(string text, PolicyTokenRole role) => Read(text, role) is { } token && Fits(token.Kind, role)
        ? token
        : throw new PolicyWordException($"invalid {RoleName(role)} token: {PythonText.Repr(text)}", Expected(role));

    private static PolicyToken? Read(string text, PolicyTokenRole role) => text switch
    {
        "" => role == PolicyTokenRole.Intended ? new(PolicyTokenKind.Default, "", Default)
            : throw new PolicyWordException($"invalid empty {RoleName(role)} token", Expected(role)),
        "*" => new(PolicyTokenKind.Anything, "", text),
        "@anyvm" => new(PolicyTokenKind.AnyVm, "", text),
        Default => new(PolicyTokenKind.Default, "", text),
        Disposable => new(PolicyTokenKind.Disposable, "", text),
        AdminVm or "dom0" => new(PolicyTokenKind.AdminVm, "", "dom0"),
        Dom0Uuid => new(PolicyTokenKind.AdminVm, "", text),
        _ when text.StartsWith(TypePrefix, StringComparison.Ordinal) => Valued(PolicyTokenKind.Type, text, TypePrefix),
        _ when text.StartsWith(TagPrefix, StringComparison.Ordinal) => Valued(PolicyTokenKind.Tag, text, TagPrefix),
        _ when text.StartsWith(DisposableOf + TagPrefix, StringComparison.Ordinal) =>
            Valued(PolicyTokenKind.DisposableOfTag, text, DisposableOf + TagPrefix),
        _ when text.StartsWith(DisposableOf, StringComparison.Ordinal) => Valued(PolicyTokenKind.DisposableOf, text, DisposableOf),
        _ when text.StartsWith('@') => null,
        _ when text.StartsWith(Uuid, StringComparison.Ordinal) => new(PolicyTokenKind.Uuid, text[Uuid.Length..], text),
        _ => new(PolicyTokenKind.Name, text, text),
    };

    private static PolicyToken? Valued(PolicyTokenKind kind, string text, string prefix) => text[prefix.Length..] switch
    {
        "" => throw new PolicyWordException($"invalid empty {prefix} token: {PythonText.Repr(text)}", $"a name after {prefix}"),
        ['@', ..] => null,
        var value => new PolicyToken(kind, value, text),
    };

    private static bool Fits(PolicyTokenKind kind, PolicyTokenRole role) => kind switch
    {
        PolicyTokenKind.Name or PolicyTokenKind.Uuid or PolicyTokenKind.AdminVm or PolicyTokenKind.DisposableOf => true,
        PolicyTokenKind.Anything or PolicyTokenKind.AnyVm or PolicyTokenKind.Type or PolicyTokenKind.Tag or PolicyTokenKind.DisposableOfTag =>
            role is PolicyTokenRole.Source or PolicyTokenRole.Target,
        PolicyTokenKind.Default => role is PolicyTokenRole.Target or PolicyTokenRole.Intended,
        PolicyTokenKind.Disposable => role != PolicyTokenRole.Source,
        _ => false,
    };

    private static string RoleName(PolicyTokenRole role) => role switch
    {
        PolicyTokenRole.Source => "source",
        PolicyTokenRole.Target => "target",
        PolicyTokenRole.Redirect => "redirect",
        _ => "intendedtarget",
    };

    private static string Expected(PolicyTokenRole role) => role switch
    {
        PolicyTokenRole.Source => "a name, uuid:…, *, @anyvm, @adminvm, @type:… or @tag:…",
        PolicyTokenRole.Target => "a name, uuid:…, *, @anyvm, @adminvm, @default, @dispvm, @dispvm:…, @dispvm:@tag:…, @type:… or @tag:…",
        _ => "a name, uuid:…, @adminvm, @dispvm or @dispvm:…",
    };
}
