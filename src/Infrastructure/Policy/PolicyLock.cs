using Microsoft.Win32.SafeHandles;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Keeps everybody else from changing files of the policy.</summary>
/// <param name="folder">The folder, open and locked.</param>
/// <param name="ours">Lets others of this process in.</param>
internal sealed class PolicyLock(SafeFileHandle folder, SemaphoreSlim ours) : IDisposable
{
    private int isOver;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isOver, 1) == 0)
        {
            folder.Dispose();
            ours.Release();
        }
    }
}
