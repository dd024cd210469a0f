namespace Qubes.Cqrs.Commands;

/// <summary>Records in the log that a file of the policy is to hold a text, or to be gone; returns when that is durable.</summary>
/// <param name="path">The file, links followed.</param>
/// <param name="text">The whole text; null when the file is removed.</param>
/// <param name="call">The call that asked for it.</param>
/// <param name="ct">Ends the waiting, not the recording.</param>
public delegate Task PolicyRecorder(string path, string? text, Call call, CancellationToken ct);
