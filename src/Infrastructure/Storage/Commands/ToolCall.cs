namespace Qubes.Cqrs.Infrastructure;

/// <summary>A call of a storage tool.</summary>
/// <param name="Program">Its name, without a folder: <c>lvcreate</c>.</param>
/// <param name="Arguments">Its arguments; no shell ever sees them.</param>
public sealed record ToolCall(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The command line, for people.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Program));
}
