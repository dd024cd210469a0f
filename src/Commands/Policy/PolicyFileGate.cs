namespace Qubes.Cqrs.Commands;

/// <summary>How the files of the policy are changed on the disk.</summary>
/// <param name="LockAsync">Waits until nobody changes them, and lets nobody until what it returns is disposed.</param>
/// <param name="BringAsync">Makes a file hold a text, or be gone; takes the lock itself.</param>
public sealed record PolicyFileGate(Func<CancellationToken, Task<IDisposable>> LockAsync, PolicyFileBringer BringAsync);

/// <summary>Makes a file of the policy hold what the log says, while nobody else changes files of the policy.</summary>
/// <param name="path">The file.</param>
/// <param name="wanted">Tells, once nobody else changes files, the whole text, or null for no file.</param>
/// <param name="ct">Ends the waiting for others.</param>
/// <exception cref="IOException">The disk does not take it.</exception>
public delegate Task PolicyFileBringer(string path, Func<string?> wanted, CancellationToken ct);
