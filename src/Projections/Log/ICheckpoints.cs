using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps how far each view has followed the log (in <c>mt_event_progression</c>).</summary>
public interface ICheckpoints
{
    /// <summary>The position of a view, <see cref="LogPosition.Start"/> when it has none.</summary>
    Task<LogPosition> FindAsync(string view, CancellationToken ct);

    /// <summary>Moves a view from <paramref name="from"/> to <paramref name="to"/>; false when it was not at <paramref name="from"/>.</summary>
    Task<bool> AdvanceAsync(string view, LogPosition from, LogPosition to, CancellationToken ct);
}
