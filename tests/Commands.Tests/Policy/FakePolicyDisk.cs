using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>Files of the policy that a person, a call or the daemon changes.</summary>
internal sealed class FakePolicyDisk : IPolicyDisk, IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private PolicyFiles files = new[] { PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Standard.Legacy }
        .Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder));

    private int changes = 1;

    public PolicyFiles Files
    {
        get => files;
        set
        {
            files = value;
            Interlocked.Increment(ref changes);
        }
    }

    /// <summary>How often somebody changed or looked at all files.</summary>
    public int Locked { get; private set; }

    /// <summary>Why nothing can be written; null when it can.</summary>
    public string? Full { get; set; }

    public PolicyFileGate Gate => new(LockAsync, BringAsync);

    public async Task<IDisposable> LockAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        Locked++;
        return new Turn(turn);
    }

    public void Dispose() => turn.Dispose();

    public bool TakeChange() => Interlocked.Exchange(ref changes, 0) > 0;

    public PolicyFile Find(string path) => files.Find(path);

    public IReadOnlyCollection<string>? List(string folder) => files.List(folder);

    private async Task BringAsync(string path, Func<string?> wanted, CancellationToken ct)
    {
        using var alone = await LockAsync(ct);
        Files = Full is { } reason ? throw new IOException(reason) : wanted() is { } text ? files.With(path, PolicyFile.Of(text)) : files.Without(path);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
