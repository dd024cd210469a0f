namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The files of the embedded cluster, without which it does not start.</summary>
internal static class PostgresFiles
{
    private const string Hidden = ".hidden";

    /// <summary>The control file of the one cluster below a root.</summary>
    public static string Control(RootFolder root)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6 };
        var found = Directory.GetFiles(root.StateFolder, "pg_control", options);
        Assert.True(found.Length == 1, $"There should be one cluster below {root.StateFolder}, found {found.Length}.");
        return found[0];
    }

    public static void Hide(string file) => File.Move(file, file + Hidden);

    public static void Show(string file) => File.Move(file + Hidden, file, overwrite: true);

    /// <summary>Leaves a file of the same size that says nothing.</summary>
    public static void Destroy(string file)
    {
        // The file itself is put aside, since a copy would belong to another account.
        var length = new FileInfo(file).Length;
        File.Move(file, file + Hidden);
        File.WriteAllBytes(file, new byte[length]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }
}
