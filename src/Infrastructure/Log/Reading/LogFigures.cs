namespace Qubes.Cqrs.Infrastructure;

/// <summary>How many events of one type one qube brought about on one day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Type">The events' alias.</param>
/// <param name="Caller">The calling qube; null when that was erased.</param>
/// <param name="Count">How many.</param>
public sealed record EventCount(DateOnly Day, string Type, string? Caller, long Count);

/// <summary>How much room a table takes, with its indexes.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows, as the server estimates them.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record TableSize(string Name, long Rows, long SizeBytes);

/// <summary>How long something took, as far as the log can tell: from the wish to the outcome.</summary>
/// <param name="From">The alias of the wish.</param>
/// <param name="To">The alias of the outcome.</param>
/// <param name="Count">How often.</param>
/// <param name="Median">Half took no longer.</param>
/// <param name="Most95">95 of 100 took no longer.</param>
/// <param name="Most99">99 of 100 took no longer.</param>
/// <param name="Longest">The longest.</param>
public sealed record OutcomeTimes(string From, string To, long Count, TimeSpan Median, TimeSpan Most95, TimeSpan Most99, TimeSpan Longest);
