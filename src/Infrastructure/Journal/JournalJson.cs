using System.Text.Json.Serialization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The first record of a journal.</summary>
internal sealed record JournalHeader(int Format, Guid Log, long Next);

/// <summary>The first line of a batch.</summary>
internal sealed record JournalBatchLine(long After, int Kept, string Correlation, long First, int Entries);

/// <summary>The line before the events of a change.</summary>
internal sealed record JournalEntryLine(
    string Subject, bool IsWhole, int Events, long Microseconds, string CorrelationId, string? CausationId, string Source, EventHeaders Headers);

/// <summary>The generated JSON code of the journal's own lines.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(StoredTextConverter)])]
[JsonSerializable(typeof(JournalHeader))]
[JsonSerializable(typeof(JournalBatchLine))]
[JsonSerializable(typeof(JournalEntryLine))]
[JsonSerializable(typeof(Announcement[]))]
[JsonSerializable(typeof(AnnouncementArgument[]))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<Announcement>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<AnnouncementArgument>))]
internal sealed partial class JournalJson : JsonSerializerContext;
