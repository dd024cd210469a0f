namespace Qubes.Cqrs.Infrastructure;

/// <summary>How a storage tool ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Errors">What it wrote to its error output.</param>
public sealed record ToolResult(int ExitCode, string Output, string Errors);
