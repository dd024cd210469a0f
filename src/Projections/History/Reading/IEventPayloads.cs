using System.Buffers;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Writes what events say in the form of the log.</summary>
public interface IEventPayloads
{
    /// <summary>Writes an event's payload as UTF-8 JSON.</summary>
    void Write(DomainEvent @event, IBufferWriter<byte> output);
}
