namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names in an event's metadata that have columns of their own, in the bytes of its row.</summary>
/// <remarks>The same as <see cref="NameColumns"/>, without an object for any text.</remarks>
internal readonly ref struct StoredNames
{
    /// <summary>The request; empty when there is none.</summary>
    public required ReadOnlySpan<byte> CorrelationId { get; init; }

    /// <summary>Whether there is one.</summary>
    public required bool HasCorrelation { get; init; }

    /// <summary>What caused it; empty when there is nothing.</summary>
    public required ReadOnlySpan<byte> CausationId { get; init; }

    /// <summary>Whether there is something.</summary>
    public required bool HasCausation { get; init; }

    /// <summary>The calling qube; empty when there is none.</summary>
    public required ReadOnlySpan<byte> UserName { get; init; }

    /// <summary>Whether there is one.</summary>
    public required bool HasUser { get; init; }
}
