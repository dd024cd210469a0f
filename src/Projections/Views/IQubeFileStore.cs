namespace Qubes.Cqrs.Projections;

/// <summary>The disk that the files of qubes are written to.</summary>
public interface IQubeFileStore
{
    /// <summary>Is told what is about to be written, before any of it is.</summary>
    Task ExpectAsync(IReadOnlyCollection<QubeFile> files, CancellationToken ct);

    /// <summary>Replaces a file, durably and all or nothing, or removes it.</summary>
    Task WriteAsync(QubeFile file, CancellationToken ct);
}
