namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    internal static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A file or folder of it.</summary>
    internal static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>The C# files below a folder, without what the build makes.</summary>
    internal static IEnumerable<string> Sources(string folder) =>
        from file in Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories)
        let parts = System.IO.Path.GetRelativePath(Root, file).Split(System.IO.Path.DirectorySeparatorChar)
        where !parts.Contains("bin") && !parts.Contains("obj")
        select file;

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "Qubes.Cqrs.sln"))
            ? folder
            : Find(System.IO.Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No checkout above the tests."));
}
