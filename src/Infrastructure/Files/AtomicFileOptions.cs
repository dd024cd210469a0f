namespace Qubes.Cqrs.Infrastructure;

/// <summary>Who may read and write a file that <see cref="AtomicFile"/> makes.</summary>
/// <remarks>The defaults are those of the store. Source: spec, qubes-xml 1.</remarks>
public sealed record AtomicFileOptions
{
    /// <summary>Those of the store: 0660 and the group <c>qubes</c>.</summary>
    public static readonly AtomicFileOptions Default = new();

    /// <summary>The mode.</summary>
    public UnixFileMode Mode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The group, when there is one of this name; null leaves the daemon's own.</summary>
    public string? Group { get; init; } = "qubes";
}
