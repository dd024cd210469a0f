using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Something to do with a database.</summary>
/// <param name="Kind">What.</param>
/// <param name="Number">The number of the event that a change comes from (<see cref="Followed.Number"/>).</param>
/// <param name="Change">The change.</param>
/// <param name="Done">Told of the outcome; null when nobody waits.</param>
internal readonly record struct QubesDbWork(QubesDbWorkKind Kind, long Number, DatabaseChange Change, TaskCompletionSource? Done);

/// <summary>Kinds of <see cref="QubesDbWork"/>.</summary>
internal enum QubesDbWorkKind
{
    /// <summary>One change.</summary>
    Change,

    /// <summary>All keys.</summary>
    WriteAll,

    /// <summary>The watches.</summary>
    Watch,
}
