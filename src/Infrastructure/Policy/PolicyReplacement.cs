using System.Text;
using Microsoft.Win32.SafeHandles;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A new content of a file of the policy, beside its place as <c>!NAME</c>.</summary>
/// <remarks>
/// The name does not end in <c>.policy</c>: then whoever reads the policy while it lies there, or after a crash, takes no notice of it. With the ending, its
/// <c>!</c> would make the whole policy invalid. Source: spec, policy 1 (names) and 5 (writing).
/// </remarks>
internal sealed class PolicyReplacement : IPolicyReplacement
{
    private const string Suffix = ".policy";
    private const string Group = "qubes";
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead;

    private readonly string path;
    private readonly string temporary;
    private readonly IStorageSteps steps;
    private bool isComplete;

    private PolicyReplacement(string path, string temporary, IStorageSteps steps) => (this.path, this.temporary, this.steps) = (path, temporary, steps);

    /// <summary>Makes it.</summary>
    /// <exception cref="IOException">It cannot become a file there.</exception>
    internal static PolicyReplacement Make(string path, ReadOnlySpan<byte> content, IStorageSteps steps)
    {
        var name = Path.GetFileName(path);
        if (Encoding.UTF8.GetByteCount(name) >= PolicyLinks.MostNameBytes || Directory.Exists(path))
        {
            // The original finds out when it writes or renames.
            throw new IOException($"{path} is a folder, or its name is too long");
        }

        var made = new PolicyReplacement(path, Path.Join(Path.GetDirectoryName(path), "!" + (name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name)), steps);
        try
        {
            made.Write(content);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Brings the names in a file's folder to the disk.</summary>
    internal static void SyncFolderOf(string path, IStorageSteps steps)
    {
        var folder = Path.GetDirectoryName(path) ?? "/";
        steps.Before($"fsync {Path.GetFileName(folder)}");
        UnixFiles.SyncFolder(folder);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Step("rename", path);
        File.Move(temporary, path, overwrite: true);
        isComplete = true;
        SyncFolderOf(path, steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isComplete)
        {
            return;
        }

        try
        {
            File.Delete(temporary);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            // What led here tells more. The next change of this file removes it.
        }
    }

    private void Write(ReadOnlySpan<byte> content)
    {
        Step("unlink", temporary);
        File.Delete(temporary); // a crash may have left one
        Step("create", temporary);
        using var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Own(file);
        Step("write", temporary);
        RandomAccess.Write(file, content, 0);
        Step("fsync", temporary);
        RandomAccess.FlushToDisk(file);
    }

    // As with the sockets, the group is that of the host; without it, the daemon's own stays.
    private static void Own(SafeFileHandle file)
    {
        if (UnixFiles.FindGroup(Group) is { } group)
        {
            UnixFiles.SetGroup(file, group);
        }

        File.SetUnixFileMode(file, Mode);
    }

    private void Step(string what, string file) => steps.Before($"{what} {Path.GetFileName(file)}");
}
