namespace Qubes.Cqrs.Commands;

/// <summary>How disposables are kept ready.</summary>
public sealed record DisposableOptions
{
    /// <summary>How many are made at once, for all templates together.</summary>
    public int ParallelStarts { get; init; } = 8;

    /// <summary>How long one that nobody wants may take to go before it is left to the next occasion.</summary>
    public TimeSpan DiscardPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often one is taken that does not become ready in time before a new one is made.</summary>
    public int MostAttempts { get; init; } = 3;
}
