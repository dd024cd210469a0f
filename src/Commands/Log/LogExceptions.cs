namespace Qubes.Cqrs.Commands;

/// <summary>The log cannot be written now; nothing was appended.</summary>
public sealed class EventLogUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Whether the last append happened is not known.</summary>
public sealed class AppendOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Somebody else holds or has written the log.</summary>
public sealed class WriterLostException(string message, Exception? inner = null) : Exception(message, inner);
