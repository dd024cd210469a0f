namespace Qubes.Cqrs.Commands;

/// <summary>Changes the files of the policy on the disk.</summary>
/// <remarks>Paths are those of the product, absolute; what holds them is given out by <see cref="Resolve"/>. Source: spec, policy 5, the row of writing.</remarks>
public interface IPolicyWriter
{
    /// <summary>Waits until nobody else, in this process or another one, changes files of the policy; they wait until what it returns is disposed.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder of the policy.</exception>
    Task<IDisposable> LockAsync(CancellationToken ct);

    /// <summary>Where a path leads when links are followed; nothing need be there.</summary>
    /// <exception cref="PathTooLongException">No file can have that name.</exception>
    string Resolve(string path);

    /// <summary>What a file holds, byte by byte.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger than a policy is.</exception>
    byte[] Read(string path);

    /// <summary>Brings a new content to the disk beside its place, so that nothing but taking the place is left to be done.</summary>
    /// <param name="path">The file, links followed.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">It cannot become a file there.</exception>
    IPolicyReplacement Prepare(string path, ReadOnlyMemory<byte> content);

    /// <summary>Removes a file; it may be gone already.</summary>
    void Remove(string path);
}
