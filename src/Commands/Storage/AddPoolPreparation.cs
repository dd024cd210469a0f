using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sets a new pool up on the host before its registration is decided.</summary>
/// <remarks>A disk that does not answer holds up its caller for a while and nobody else; a few such disks at most are waited for at a time.</remarks>
public sealed class AddPoolPreparation(IPoolHost host, Func<World> current) : ICommandPreparation, IDisposable
{
    private const int MostAtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim turns = new(MostAtOnce);

    /// <inheritdoc/>
    public Type Command => typeof(AddPool);

    /// <inheritdoc/>
    public async ValueTask<ICommand> PrepareAsync(ICommand command, CancellationToken ct)
    {
        var wanted = (AddPool)command;
        var pool = wanted.Parse();
        Pools.CheckNew(current(), pool); // so that a refused one leaves no folder
        return wanted with { Setup = await SetUpAsync(pool, ct).ConfigureAwait(false) };
    }

    /// <summary>Sets a pool up; one that takes too long counts as one that cannot be.</summary>
    internal async ValueTask<PoolSetup> SetUpAsync(NewPool pool, CancellationToken ct)
    {
        if (!await turns.WaitAsync(Patience, ct).ConfigureAwait(false))
        {
            return new PoolSetup(PoolSetupOutcome.TimedOut);
        }

        var work = Task.Run(() => SetUpInTurnAsync(pool), CancellationToken.None);
        try
        {
            return await work.WaitAsync(Patience, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new PoolSetup(PoolSetupOutcome.TimedOut);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<PoolSetup> SetUpInTurnAsync(NewPool pool)
    {
        try
        {
            return await host.SetUpAsync(pool, CancellationToken.None).ConfigureAwait(false); // who gives up waiting leaves it to finish
        }
        finally
        {
            turns.Release();
        }
    }
}
