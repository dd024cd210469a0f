namespace Qubes.Cqrs.Commands;

/// <summary>Remembers over the sleep of the host which qubes did not run before it.</summary>
/// <remarks>Source: spec, lifecycle.md 6.</remarks>
public interface IPausedList
{
    /// <summary>Replaces what is remembered.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    ValueTask WriteAsync(IReadOnlyCollection<string> names, CancellationToken ct);

    /// <summary>Takes what is remembered, which is forgotten then; what cannot be a qube's name is left out.</summary>
    ValueTask<IReadOnlySet<string>> TakeAsync(CancellationToken ct);
}
