using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Kills this process, or the server's process, at the N-th commit: the crash tests' seam.</summary>
public sealed class KillingFaultPoints : IFaultPoints
{
    private readonly string where;
    private readonly long when;

    private KillingFaultPoints(string where, long when) => (this.where, this.when) = (where, when);

    /// <summary>Reads <c>before-commit:N</c>, <c>after-commit:N</c> or <c>in-commit-kill-postgres:N</c>; null for no text.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static KillingFaultPoints? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split(':');
        return parts is ["before-commit" or "after-commit" or "in-commit-kill-postgres", var number] &&
            long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var when)
            ? new KillingFaultPoints(parts[0], when)
            : throw new FormatException($"not a fault to inject: {text}");
    }

    /// <inheritdoc/>
    public void BeforeCommit(long commit) => KillOurselves("before-commit", commit);

    /// <inheritdoc/>
    public void InCommit(long commit, int backendProcessId)
    {
        if (where == "in-commit-kill-postgres" && commit == when)
        {
            Posix.Signal(backendProcessId, Posix.SigKill);
        }
    }

    /// <inheritdoc/>
    public void AfterCommit(long commit) => KillOurselves("after-commit", commit);

    private void KillOurselves(string here, long commit)
    {
        if (where == here && commit == when)
        {
            Posix.Signal(Environment.ProcessId, Posix.SigKill);
            Environment.FailFast("killed");
        }
    }
}
