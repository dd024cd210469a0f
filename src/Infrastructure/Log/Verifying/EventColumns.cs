namespace Qubes.Cqrs.Infrastructure;

/// <summary>The columns of an event in the order in which the verifier reads them.</summary>
internal static class EventColumns
{
    public const int Position = 0;
    public const int Id = 1;
    public const int Stream = 2;
    public const int Version = 3;
    public const int Payload = 4;
    public const int Binary = 5;
    public const int Type = 6;
    public const int Time = 7;
    public const int Tenant = 8;
    public const int ClrType = 9;
    public const int Correlation = 10;
    public const int Causation = 11;
    public const int Headers = 12;
    public const int User = 13;
    public const int Archived = 14;

    /// <summary>How many there are.</summary>
    public const int Count = 15;

    /// <summary>The query, which lacks only its bounds.</summary>
    public const string Query =
        "select seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived " +
        "from qubes.mt_events";
}
