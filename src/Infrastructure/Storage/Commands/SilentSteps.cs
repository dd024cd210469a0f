using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Nobody wants to hear of the steps: how the daemon runs outside of tests.</summary>
public sealed class SilentSteps : IStorageSteps
{
    /// <summary>The one there is.</summary>
    public static readonly SilentSteps Instance = new();

    private SilentSteps()
    {
    }

    /// <inheritdoc/>
    public void Before(string what)
    {
    }
}
