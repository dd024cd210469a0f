using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The events that somebody asked for.</summary>
/// <param name="Query">What the server sifts.</param>
/// <param name="Text">A text that must occur in a value, a name, the call or the caller; null for no condition.</param>
public sealed record SearchedEvents(EventQuery Query, string? Text)
{
    /// <summary>The matching events of the log, and of those that it does not hold, the newest first.</summary>
    /// <param name="search">The log.</param>
    /// <param name="payloads">Writes events as the log has them.</param>
    /// <param name="book">The names of qubes.</param>
    /// <param name="besides">The events of disposables, in order.</param>
    /// <param name="ct">Ends the search.</param>
    public async IAsyncEnumerable<RecordedEvent> NewestFirstAsync(
        IEventSearch search, IEventPayloads payloads, QubeNameBook book, IEnumerable<RecordedEvent> besides, [EnumeratorCancellation] CancellationToken ct)
    {
        var beside = new Stack<RecordedEvent>(besides.Where(recorded => IsWanted(recorded) && HasText(recorded, payloads, book)));
        await foreach (var recorded in search.NewestFirstAsync(Query, ct).ConfigureAwait(false))
        {
            while (beside.TryPeek(out var newer) && newer.Position >= recorded.Position)
            {
                yield return beside.Pop();
            }

            if (HasText(recorded, payloads, book))
            {
                yield return recorded;
            }
        }

        while (beside.TryPop(out var first))
        {
            yield return first;
        }
    }

    /// <summary>Whether the text occurs in an event, of which the server has looked at the form in which it is stored.</summary>
    public bool HasText(RecordedEvent recorded, IEventPayloads payloads, QubeNameBook book)
    {
        if (Text is null)
        {
            return true;
        }

        var metadata = recorded.Metadata;
        return Has(recorded.Type) || Has(recorded.Stream.Value) || Has(EventText.Subject(recorded, book.NameOf)) || Has(EventText.Summary(recorded, book.NameOf)) ||
            Has(metadata?.Source) || Has(metadata?.Method) || Has(metadata?.Argument) || Has(metadata?.Destination) || Has(metadata?.Peer?.Command) ||
            (recorded.Event is { } change && HasValue(change, payloads));
    }

    private bool Has(string? text) => text is not null && text.Contains(Text!, StringComparison.OrdinalIgnoreCase); // not null here

    private bool HasValue(DomainEvent change, IEventPayloads payloads)
    {
        var payload = new ArrayBufferWriter<byte>();
        payloads.Write(change, payload);
        var reader = new Utf8JsonReader(payload.WrittenSpan);
        while (reader.Read())
        {
            if ((reader.TokenType is JsonTokenType.String && Has(reader.GetString())) ||
                (reader.TokenType is JsonTokenType.Number && Has(System.Text.Encoding.ASCII.GetString(reader.ValueSpan))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The conditions that the server applies, for events that it does not have.</summary>
    private bool IsWanted(RecordedEvent recorded) =>
        recorded.Position > Query.After && (Query.UpTo is null || recorded.Position <= Query.UpTo) &&
        (Query.Streams is null || Query.Streams.Contains(recorded.Stream)) &&
        (Query.Types is null || Query.Types.Contains(recorded.Type) || Query.AlsoProperties.Contains(PropertyOf(recorded))) &&
        (Query.Property is null || PropertyOf(recorded) == Query.Property) &&
        (Query.Feature is null || FeatureOf(recorded) == Query.Feature) &&
        (Query.Caller is null || recorded.Metadata?.Source == Query.Caller) &&
        (Query.Method is not { } method || (method.EndsWith('*')
            ? recorded.Metadata?.Method.StartsWith(method[..^1], StringComparison.Ordinal) == true
            : recorded.Metadata?.Method == method));

    private static string? PropertyOf(RecordedEvent recorded) => recorded.Event switch
    {
        PropertySet e => e.Property,
        PropertyReset e => e.Property,
        _ => null,
    };

    private static string? FeatureOf(RecordedEvent recorded) => recorded.Event switch
    {
        FeatureSet e => e.Feature,
        FeatureRemoved e => e.Feature,
        _ => null,
    };
}
