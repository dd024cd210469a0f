using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Checkpoints in memory.</summary>
internal sealed class FakeCheckpoints : ICheckpoints
{
    public LogPosition Position { get; set; }

    public int Failures { get; set; }

    public Task<LogPosition> FindAsync(string view, CancellationToken ct) =>
        view == "QubesXml:All" ? Task.FromResult(Position) : throw new InvalidOperationException(view);

    public Task<bool> AdvanceAsync(string view, LogPosition from, LogPosition to, CancellationToken ct)
    {
        if (Failures-- > 0)
        {
            throw new IOException("the log is away");
        }

        if (from != Position)
        {
            return Task.FromResult(false);
        }

        Position = to;
        return Task.FromResult(true);
    }
}
