namespace Qubes.Cqrs.Domain;

/// <summary>The kinds of words that stand for qubes in a policy.</summary>
public enum PolicyTokenKind
{
    /// <summary><c>*</c>: everything, dom0 too.</summary>
    Anything,

    /// <summary><c>@anyvm</c>: everything but dom0.</summary>
    AnyVm,

    /// <summary><c>@adminvm</c>, <c>dom0</c> or its UUID.</summary>
    AdminVm,

    /// <summary><c>@type:T</c>: the qubes of a class.</summary>
    Type,

    /// <summary><c>@tag:T</c>: the qubes with a tag.</summary>
    Tag,

    /// <summary><c>@default</c>: no target was named.</summary>
    Default,

    /// <summary><c>@dispvm</c>: a disposable of the caller's default template.</summary>
    Disposable,

    /// <summary><c>@dispvm:N</c>: a disposable of a template, which the value names by name or <c>uuid:…</c>.</summary>
    DisposableOf,

    /// <summary><c>@dispvm:@tag:T</c>: a disposable of a template with a tag.</summary>
    DisposableOfTag,

    /// <summary>A name.</summary>
    Name,

    /// <summary><c>uuid:…</c>; the value is what follows.</summary>
    Uuid,
}
