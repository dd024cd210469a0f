namespace Qubes.Cqrs.Cli;

/// <summary>A copy of <c>qubes.xml</c> as it was at some time.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Time">When it was made.</param>
/// <param name="HasFolders">Whether the folders of qubes beside it are as old as it is: the newest copy of a folder.</param>
internal sealed record StoreCopy(string File, DateTimeOffset Time, bool HasFolders)
{
    /// <summary>The folder that it lies in.</summary>
    internal string Folder => Path.GetDirectoryName(Path.GetFullPath(File)) ?? "/";
}
