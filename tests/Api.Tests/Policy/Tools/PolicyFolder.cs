namespace Qubes.Cqrs.Api.Tests;

/// <summary>Files of a policy on the disk, below a folder that goes away.</summary>
internal sealed class PolicyFolder : IDisposable
{
    internal PolicyFolder(params (string Path, string Text)[] files)
    {
        foreach (var folder in new[] { "/run/qubes/policy.d", "/etc/qubes/policy.d/include", "/etc/qubes-rpc/policy" })
        {
            Directory.CreateDirectory(Root + folder);
        }

        foreach (var (path, text) in files)
        {
            Write(path, text);
        }
    }

    internal string Root { get; } = Directory.CreateTempSubdirectory("policy-").FullName;

    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Root + path)!); // it has a folder: it begins at the root
        File.WriteAllText(Root + path, text);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
