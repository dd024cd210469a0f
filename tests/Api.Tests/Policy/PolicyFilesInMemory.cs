using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The files of a policy that a test changes.</summary>
internal sealed class PolicyFilesInMemory : IPolicyDisk
{
    private volatile PolicyFiles files = PolicyFiles.None
        .With(PolicyLocations.Permanent, PolicyFile.Folder)
        .With(PolicyLocations.Runtime, PolicyFile.Folder)
        .With(PolicyLocations.Standard.Legacy, PolicyFile.Folder);

    private int changes = 1;

    internal void Write(string path, string text) => Change(files.With(path, PolicyFile.Of(text)));

    internal void Remove(string path) => Change(files.Without(path));

    public bool TakeChange() => Interlocked.Exchange(ref changes, 0) != 0;

    public PolicyFile Find(string path) => files.Find(path);

    public IReadOnlyCollection<string>? List(string folder) => files.List(folder);

    private void Change(PolicyFiles next)
    {
        files = next;
        Volatile.Write(ref changes, 1);
    }
}
