namespace Qubes.Cqrs.Benchmarks.Hosts;

/// <summary>A folder for roots and sockets, on a real disk, that is removed at the end unless it is to be kept.</summary>
/// <remarks>Disposing it stops whatever PostgreSQL server was left running below it.</remarks>
public sealed class Workplace : IAsyncDisposable
{
    private const UnixFileMode ForEveryone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly bool keep;

    /// <summary>Makes the folder; a folder named by the caller is kept.</summary>
    /// <param name="folder">The folder, or null for a new one in /var/tmp.</param>
    /// <param name="keep">True if a new folder is to be kept too.</param>
    public Workplace(string? folder, bool keep)
    {
        this.keep = keep || folder is not null;
        // The account that PostgreSQL runs as must be able to enter.
        Folder = folder is null ? Path.Combine("/var/tmp", $"qubesd-bench-{Guid.NewGuid():N}"[..24]) : Path.GetFullPath(folder);
        MakeOpen(Folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The kind of file system below it: on tmpfs a durable write costs nothing and the floors mean nothing.</summary>
    public string FileSystem => new DriveInfo(Folder).DriveFormat;

    /// <summary>Makes a folder below it, or finds the one that is there.</summary>
    public string Make(string name) => MakeOpen(Path.Combine(Folder, name));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var root in Directory.EnumerateDirectories(Folder))
        {
            if (Postmaster.Find(root) is { } left)
                await left.StopAsync();
        }
        if (keep)
            Progress.Say($"Kept: {Folder}");
        else
            Directory.Delete(Folder, recursive: true);
    }

    private static string MakeOpen(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, ForEveryone);
        }
        return folder;
    }
}
