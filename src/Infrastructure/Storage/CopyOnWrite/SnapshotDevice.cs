namespace Qubes.Cqrs.Infrastructure;

/// <summary>A device of the device mapper over files, each named by its path on disk.</summary>
/// <param name="Image">The image.</param>
/// <param name="Cow">What keeps the blocks of the image as they were before a run wrote to them.</param>
/// <param name="OwnCow">What a snapshot of the image writes to; null for the image itself.</param>
public sealed record SnapshotDevice(string Image, string Cow, string? OwnCow = null);
