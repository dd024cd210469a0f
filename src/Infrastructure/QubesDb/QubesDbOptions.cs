namespace Qubes.Cqrs.Infrastructure;

/// <summary>Bounds of the connections to databases.</summary>
public sealed record QubesDbOptions
{
    /// <summary>How long a database may take to answer.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long its daemon may take to start, and then to listen.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before a lost connection is made again; doubled up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The changes of one database that may wait; when more come, everything is written anew.</summary>
    public int Queue { get; init; } = 4096;
}
