using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Remembers who was paused.</summary>
internal sealed class PausedInMemory : IPausedList
{
    public HashSet<string> Names { get; private set; } = [];

    public bool IsBroken { get; set; }

    public ValueTask WriteAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        Names = IsBroken ? throw new IOException("no space left") : [.. names];
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlySet<string>> TakeAsync(CancellationToken ct)
    {
        var taken = Names;
        Names = [];
        return ValueTask.FromResult<IReadOnlySet<string>>(taken);
    }
}
