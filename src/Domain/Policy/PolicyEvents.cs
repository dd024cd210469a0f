namespace Qubes.Cqrs.Domain;

/// <summary>A file of the policy was given a text, through a call or because an earlier state comes back.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Text">The whole text.</param>
public sealed record PolicyFileSet(string Path, string Text) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.Policy;
}

/// <summary>A file of the policy was removed, through a call or because an earlier state comes back.</summary>
/// <param name="Path">Where it lay.</param>
public sealed record PolicyFileRemoved(string Path) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.Policy;
}

/// <summary>A file of the policy was found otherwise than it was known: somebody changed it by hand; or what is known is stated.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Kind">What lies there; <see cref="PolicyFileKind.Missing"/> when it is gone, or no longer part of the policy.</param>
/// <param name="Text">The whole text of a file; empty otherwise.</param>
/// <param name="Fault">Why a file cannot be read as text; null when it can.</param>
/// <param name="RealPath">Where it lies when links led there; null when none did.</param>
/// <param name="Problem">Why the whole policy cannot be used as it was found, so that every call is denied; null when it can.</param>
public sealed record PolicyFileObserved(string Path, PolicyFileKind Kind, string Text, string? Fault, string? RealPath, string? Problem) : DomainEvent
{
    /// <inheritdoc/>
    public override StreamName Stream => StreamName.Policy;

    /// <summary>States what lies at a path.</summary>
    public static PolicyFileObserved Of(string path, PolicyFile file, string? problem = null) =>
        new(path, file.Kind, file.Text, file.Fault, file.RealPath, problem);

    /// <summary>What was found.</summary>
    public PolicyFile ToFile() => new(Kind, Text, Fault, RealPath);
}
