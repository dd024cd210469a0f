using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>The marks of the log: names of positions.</summary>
internal static class Marks
{
    /// <summary>The position that a mark names; null when no mark has that name.</summary>
    internal static Task<LogPosition?> FindAsync(EventLogHost log, string name, CancellationToken ct) => Task.FromResult<LogPosition?>(null);
}
