namespace Qubes.Cqrs.Domain;

/// <summary>The place of an event in its stream: the first event has version 1, 0 means that the stream does not exist.</summary>
public readonly record struct StreamVersion(long Value)
{
    /// <summary>The stream has no event yet.</summary>
    public static readonly StreamVersion None = new(0);

    /// <summary>The version after this one.</summary>
    public StreamVersion Next => new(Value + 1);
}
