using System.Net.Sockets;
using Npgsql;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Translates what PostgreSQL and Npgsql report, by SQLSTATE and constraint, never by message.</summary>
internal static class PostgresErrors
{
    /// <summary>The epoch is not the writer's.</summary>
    public const string EpochOver = "QB001";

    /// <summary>A stream is not at the version that the writer saw last.</summary>
    public const string StreamMoved = "QB002";

    /// <summary>Whether the exception comes from the database or the way to it.</summary>
    public static bool IsDatabase(Exception exception) => exception is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>Whether the server ended the session with this report, rather than the statement alone.</summary>
    public static bool EndsSession(PostgresException exception) => exception.InvariantSeverity is "FATAL" or "PANIC";

    /// <summary>Whether a server that starts, stops or was stopped gave this report: worth another try at once.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException => true,
        _ => exception is SocketException or IOException,
    };

    /// <summary>What a failed statement means for a log into which nothing was appended.</summary>
    public static Exception Translate(Exception exception) => exception switch
    {
        PostgresException { SqlState: EpochOver or StreamMoved } e => Lost(e),
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation } e when IsOfTheLog(e.ConstraintName) => Lost(e),
        PostgresException e => new EventLogUnavailableException($"The event log cannot be used: {Reason(e.SqlState)} (SQLSTATE {e.SqlState}).", e),
        _ => new EventLogUnavailableException("The event log cannot be used: its server cannot be reached.", exception),
    };

    private static WriterLostException Lost(PostgresException e) =>
        new($"Somebody else has written to the event log (SQLSTATE {e.SqlState}, {e.ConstraintName ?? "no constraint"}): this daemon must not go on writing.", e);

    private static bool IsOfTheLog(string? constraint) =>
        constraint is "pkey_mt_events_seq_id" or "pk_mt_events_stream_and_version" or "pkey_mt_streams_id" or "fkey_mt_events_stream_id";

    private static string Reason(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => "its disk is full",
        PostgresErrorCodes.OutOfMemory => "its server is out of memory",
        PostgresErrorCodes.TooManyConnections => "its server has no connection left",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => "its server was stopped",
        PostgresErrorCodes.CannotConnectNow => "its server is starting or stopping",
        PostgresErrorCodes.ReadOnlySqlTransaction => "its server takes no writes",
        PostgresErrorCodes.QueryCanceled => "its server took too long",
        PostgresErrorCodes.LockNotAvailable => "another session keeps it locked",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "its server refuses the login",
        PostgresErrorCodes.InvalidCatalogName => "its server has no such database",
        PostgresErrorCodes.InsufficientPrivilege => "the role lacks rights",
        _ => "its server reports an error",
    };

    /// <summary>Whether the failure shows that the statement never reached the server in full, so that it cannot have been executed.</summary>
    /// <remarks>EPIPE is an error of sending, and the message that makes the server commit is the last of a statement.</remarks>
    public static bool WasNotSent(Exception e) =>
        e.GetBaseException() is SocketException { SocketErrorCode: SocketError.Shutdown };
}
