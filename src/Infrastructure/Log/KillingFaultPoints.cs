using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Kills this process, or the server's process, at the N-th commit, call of the hypervisor or step on a disk: the crash tests' seam.</summary>
public sealed class KillingFaultPoints : IFaultPoints
{
    private readonly string where;
    private readonly long when;

    private long journalBatches;

    private KillingFaultPoints(string where, long when) => (this.where, this.when) = (where, when);

    /// <summary>Reads <c>before-commit:N</c>, <c>after-commit:N</c>, <c>after-journal:N</c>, <c>in-commit-kill-postgres:N</c>, <c>before-call:N</c>, <c>in-forgetting:N</c>, <c>before-storage:N</c>, <c>before-policy:N</c> or
    /// <c>after-call:N</c>; null for no text.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static KillingFaultPoints? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split(':');
        return parts is ["before-commit" or "after-commit" or "after-journal" or "in-commit-kill-postgres" or "before-call" or "after-call" or "in-forgetting" or "before-storage" or "before-policy", var number] &&
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
    public void AfterJournal() => KillOurselves("after-journal", ++journalBatches);

    /// <inheritdoc/>
    public void AfterCommit(long commit) => KillOurselves("after-commit", commit);

    /// <inheritdoc/>
    public void InForgetting(int step) => KillOurselves("in-forgetting", step);

    /// <summary>The hypervisor is about to be asked to change something.</summary>
    /// <param name="call">The call's number since the start, from 1.</param>
    public void BeforeCall(long call) => KillOurselves("before-call", call);

    /// <summary>The hypervisor has changed something, nobody was told yet.</summary>
    /// <param name="call">The call's number since the start, from 1.</param>
    public void AfterCall(long call) => KillOurselves("after-call", call);

    /// <summary>Storage is about to change something on a disk.</summary>
    /// <param name="step">The step's number since the start, from 1.</param>
    public void BeforeStorage(long step) => KillOurselves("before-storage", step);

    /// <summary>The policy is about to be changed on the disk.</summary>
    /// <param name="step">The step's number since the start, from 1.</param>
    public void BeforePolicy(long step) => KillOurselves("before-policy", step);

    private void KillOurselves(string here, long commit)
    {
        if (where == here && commit == when)
        {
            Posix.Signal(Environment.ProcessId, Posix.SigKill);
            Environment.FailFast("killed");
        }
    }
}
