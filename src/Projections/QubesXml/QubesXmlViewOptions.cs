namespace Qubes.Cqrs.Projections;

/// <summary>How the store follows the log.</summary>
public sealed record QubesXmlViewOptions
{
    /// <summary>The time from one write to the next, at least.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The wait after a first failure; it doubles with each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait after a failure: once writing works again, the store is at most this far behind.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the file held when the last daemon stopped.</summary>
    public WrittenView Start { get; init; } = WrittenView.None;

    /// <summary>Is told of each write that succeeded, in order.</summary>
    public Action<WrittenView>? Written { get; init; }

    /// <summary>Is told of each failure.</summary>
    public Action<ViewFailure>? Failed { get; init; }
}
