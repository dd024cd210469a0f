using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Nobody wants to hear of steps: outside of crash tests.</summary>
public sealed class SilentSteps : IStorageSteps
{
    /// <summary>The only one.</summary>
    public static readonly SilentSteps Instance = new();

    private SilentSteps()
    {
    }

    /// <inheritdoc/>
    public void Before(string what)
    {
    }
}
