namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A root folder with programs that a test writes, and that say how they were called.</summary>
public sealed class ProgramFolder : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("prog-");

    public RootedPaths Paths => new(root.FullName);

    public void Dispose() => root.Delete(true);

    /// <summary>Where a path of the product lies.</summary>
    public string On(string path) => Paths.OnDisk(path);

    /// <summary>Makes a program of a shell script; <c>$LOG</c> is where it can write what it was given.</summary>
    public void Write(string path, string script)
    {
        var file = On(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\nLOG='{root.FullName}/log'\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the programs logged so far.</summary>
    public string[] Log() => File.Exists(root.FullName + "/log") ? File.ReadAllLines(root.FullName + "/log") : [];
}
