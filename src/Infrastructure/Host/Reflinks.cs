namespace Qubes.Cqrs.Infrastructure;

/// <summary>Whether a file system lets files share their blocks.</summary>
public static class Reflinks
{
    /// <summary>Tries it with two empty files in <paramref name="folder"/>.</summary>
    public static bool AreSupported(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }

        var (source, target) = (Probe(folder), Probe(folder));
        try
        {
            using var from = File.OpenHandle(source, FileMode.CreateNew, FileAccess.ReadWrite);
            using var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.ReadWrite);
            return FileCopies.TryShare(to, from);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false; // a folder that cannot be written to holds no volumes either
        }
        finally
        {
            File.Delete(source);
            File.Delete(target);
        }
    }

    private static string Probe(string folder) => Path.Combine(folder, $".reflink-{Guid.NewGuid():N}");
}
