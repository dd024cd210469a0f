using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>An event in the log cannot be read by this version.</summary>
public sealed class UnknownEventException(LogPosition position, string type, string reason, Exception? inner = null)
    : Exception($"The event at position {position} ({type}) cannot be read: {reason}", inner)
{
    /// <summary>Where it stands.</summary>
    public LogPosition Position { get; } = position;

    /// <summary>Its alias.</summary>
    public string Type { get; } = type;
}
