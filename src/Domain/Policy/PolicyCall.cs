namespace Qubes.Cqrs.Domain;

/// <summary>A request whose names were looked up, so that rules can be held against it.</summary>
/// <remarks>Source: spec, policy 1, the column of what each token matches.</remarks>
internal readonly struct PolicyCall
{
    private readonly PolicyRequest request;
    private readonly IPolicySystem system;
    private readonly IPolicyQube? source;
    private readonly bool fromDom0;
    private readonly PolicyTokenKind kind;
    private readonly IPolicyQube? target;

    internal PolicyCall(PolicyRequest request, PolicyToken intended, IPolicySystem system)
    {
        this.request = request;
        this.system = system;
        Target = intended.Kind == PolicyTokenKind.Default ? PolicyTokens.Default : request.Target;
        kind = intended.Kind;
        fromDom0 = PolicyTokens.IsDom0(request.Source);
        source = PolicyNames.Find(system, request.Source);
        target = kind switch
        {
            PolicyTokenKind.Name or PolicyTokenKind.Uuid or PolicyTokenKind.AdminVm => PolicyNames.Find(system, request.Target),
            PolicyTokenKind.DisposableOf => PolicyNames.Find(system, intended.Value),
            _ => null,
        };
    }

    /// <summary>The target as it was understood.</summary>
    internal string Target { get; }

    /// <summary>The caller; null when there is none of that name.</summary>
    internal IPolicyQube? Source => source;

    /// <summary>What of a rule does not fit; the first thing that does not.</summary>
    internal PolicyMismatch MismatchOf(PolicyRule rule) =>
        !rule.IsAbout(request.Service) ? PolicyMismatch.Service
        : !rule.IsAbout(request.Service, request.Argument) ? PolicyMismatch.Argument
        : !IsFrom(rule.Source) ? PolicyMismatch.Source
        : !IsTo(rule.Target) ? PolicyMismatch.Target
        : PolicyMismatch.None;

    internal bool IsFrom(PolicyToken token) => token.Kind switch
    {
        PolicyTokenKind.Anything => true,
        PolicyTokenKind.AnyVm => !fromDom0,
        PolicyTokenKind.AdminVm => fromDom0,
        PolicyTokenKind.Name => Is(source, request.Source, token),
        PolicyTokenKind.Uuid => Is(source, request.Source, token),
        PolicyTokenKind.Type => request.Source != PolicyTokens.AdminVm && source?.ClassName == token.Value,
        PolicyTokenKind.Tag => request.Source != PolicyTokens.AdminVm && source?.HasTag(token.Value) == true,
        _ => false,
    };

    internal bool IsTo(PolicyToken token) => token.Kind switch
    {
        PolicyTokenKind.Anything => true,
        PolicyTokenKind.AnyVm => kind != PolicyTokenKind.AdminVm,
        PolicyTokenKind.AdminVm => kind == PolicyTokenKind.AdminVm,
        PolicyTokenKind.Default => kind == PolicyTokenKind.Default,
        PolicyTokenKind.Type => IsNamed && Target != PolicyTokens.AdminVm && target?.ClassName == token.Value,
        PolicyTokenKind.Tag => IsNamed && Target != PolicyTokens.AdminVm && target?.HasTag(token.Value) == true,
        PolicyTokenKind.Disposable => kind == PolicyTokenKind.Disposable,
        PolicyTokenKind.DisposableOf => IsDisposableOf(token),
        PolicyTokenKind.DisposableOfTag => Template is { } tagged && tagged.IsTemplateForDisposables && tagged.HasTag(token.Value),
        _ => IsNamed && Is(target, Target, token),
    };

    /// <summary>The caller's default template is known by its name alone, and the original stumbles when there is none.</summary>
    private bool IsDisposableOf(PolicyToken token) => kind switch
    {
        PolicyTokenKind.DisposableOf => target is not null && (target.Name == token.Value || IsUuid(target, token.Value)),
        PolicyTokenKind.Disposable => source?.DefaultDisposableTemplate is { } template
            ? template == token.Value
            : throw new PolicyBreakdownException("AttributeError", $"{request.Source} has no default template of disposables"),
        _ => false,
    };

    private bool IsNamed => kind is PolicyTokenKind.Name or PolicyTokenKind.Uuid or PolicyTokenKind.AdminVm;

    private IPolicyQube? Template => kind switch
    {
        PolicyTokenKind.DisposableOf => target,
        PolicyTokenKind.Disposable => source?.DefaultDisposableTemplate is { } name ? system.Find(name) : null,
        _ => null,
    };

    private static bool Is(IPolicyQube? qube, string text, PolicyToken token) =>
        token.Text == text || (qube is not null && (token.Kind == PolicyTokenKind.Uuid ? qube.Uuid : qube.Name) == token.Value);

    private static bool IsUuid(IPolicyQube qube, string text) =>
        text.Length == PolicyTokens.Uuid.Length + qube.Uuid.Length && text.StartsWith(PolicyTokens.Uuid, StringComparison.Ordinal) &&
        text.EndsWith(qube.Uuid, StringComparison.Ordinal);
}
