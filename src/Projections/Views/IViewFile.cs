namespace Qubes.Cqrs.Projections;

/// <summary>The file that a view is written to.</summary>
public interface IViewFile
{
    /// <summary>Replaces the whole content, durably and all or nothing.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct);
}
