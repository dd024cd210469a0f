using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Refuses work that would fill the disk, before it begins.</summary>
internal static class FreeSpace
{
    /// <summary>Room that is left alone: other qubes and the daemon go on writing.</summary>
    private const long Spare = 4 << 20;

    /// <summary>Refuses when fewer bytes are free than are going to be written.</summary>
    /// <exception cref="StorageRefusedException">It is so.</exception>
    internal static void Require(FolderHandle folder, long bytes)
    {
        var free = folder.FreeBytes;
        if (bytes > 0 && bytes > free - Spare)
        {
            throw new StorageRefusedException($"Not enough space: {bytes} bytes are needed in {folder.Path}, {free} are free");
        }
    }

    /// <summary>What a client is told when the disk became full all the same.</summary>
    internal static StorageRefusedException Full(string vid) => new($"No space left in the pool of volume {vid}; nothing was changed");
}
