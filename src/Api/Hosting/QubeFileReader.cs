using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Reads what lies in the folder of a qube, whoever wrote it.</summary>
/// <param name="paths">Where the folders are.</param>
/// <param name="isBehind">Whether a file is still to be written or removed by the daemon, so that what it holds does not count; null when none is.</param>
public sealed class QubeFileReader(RootedPaths paths, Func<Qube, QubeFileKind, bool>? isBehind = null)
{
    private const int LongestFile = 4 << 20;

    /// <summary>The rules in <c>firewall.xml</c>; null without the file.</summary>
    /// <exception cref="QubeErrorException">It cannot be read as rules.</exception>
    public EquatableArray<FirewallRule>? FindFirewall(Qube qube) =>
        Find(qube, QubeFileKind.Firewall) is { } bytes ? FirewallFile.Read(bytes) : null;

    /// <summary>The notes in <c>notes.txt</c>, made safe to show; null without the file, or when it is empty.</summary>
    /// <exception cref="RefusedException">It is too long, or no UTF-8.</exception>
    public string? FindNotes(Qube qube)
    {
        try
        {
            return Find(qube, QubeFileKind.Notes) is { Length: > 0 } bytes ? Domain.Notes.Read(bytes) : null;
        }
        catch (DomainException reason)
        {
            throw new RefusedException($"Failed to read notes file: {reason.Message}");
        }
    }

    /// <summary>Whether there is such a file.</summary>
    /// <param name="path">As the product names it; null for none.</param>
    public bool Exists(string? path) => path is not null && File.Exists(paths.OnDisk(path));

    /// <summary>The bytes of a file; null without it.</summary>
    /// <param name="path">As the product names it; null for none.</param>
    /// <exception cref="QubeErrorException">It cannot be read at all.</exception>
    public byte[]? Find(string? path)
    {
        if (path is null || new FileInfo(paths.OnDisk(path)) is not { Exists: true } file)
        {
            return null;
        }

        try
        {
            return file.Length <= LongestFile ? File.ReadAllBytes(file.FullName) : throw new QubeErrorException($"{file.Name} has {file.Length} bytes");
        }
        catch (FileNotFoundException)
        {
            return null; // gone meanwhile
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new QubeErrorException($"Failed to read {file.Name}: {exception.GetType().Name}");
        }
    }

    private byte[]? Find(Qube qube, QubeFileKind kind) => isBehind?.Invoke(qube, kind) == true ? null : Find(QubeFiles.PathOf(qube, kind));
}
