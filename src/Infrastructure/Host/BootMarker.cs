namespace Qubes.Cqrs.Infrastructure;

/// <summary>Tells whether the host has started since the daemon ran last: by a file that a restart of the host forgets.</summary>
/// <param name="path">The file on disk, in a folder that is empty after the start of the host.</param>
public sealed class BootMarker(string path)
{
    /// <summary>Where the product has it.</summary>
    public const string Location = "/run/qubes/qubesd.booted";

    /// <summary>Whether nobody asked since the host started; who asks next gets another answer.</summary>
    /// <remarks>A marker that cannot be made says no: then nothing is cleaned up, which does less harm.</remarks>
    public bool TakeFirst()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
