namespace Qubes.Cqrs.Infrastructure;

/// <summary>The log is there, but must not be used as it is: of a newer version, of another layout, or damaged. The message says what to do.</summary>
public sealed class LogRefusedException(string message, Exception? inner = null) : Exception(message, inner);
