namespace Qubes.Cqrs.Infrastructure;

/// <summary>The embedded PostgreSQL cannot be run as things are; the message says what to do.</summary>
public sealed class PostgresSetupException(string message, Exception? inner = null) : Exception(message, inner);
