using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What is to be done so that a log tells nothing of a qube that is gone.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Name">The name that it had; null when nothing tells it any more.</param>
/// <param name="Positions">The events that are erased.</param>
/// <param name="Own">How many of them are its own.</param>
/// <param name="Types">How many there are of each alias.</param>
/// <param name="References">What of the state in force still leads to it; unless there is nothing, it cannot be forgotten.</param>
/// <param name="Restated">What has to be stated anew, because an event that told it goes.</param>
public sealed record ForgetPlan(
    QubeId Qube,
    string? Name,
    ImmutableArray<LogPosition> Positions,
    int Own,
    ImmutableSortedDictionary<string, int> Types,
    ImmutableArray<string> References,
    ImmutableArray<DomainEvent> Restated);
