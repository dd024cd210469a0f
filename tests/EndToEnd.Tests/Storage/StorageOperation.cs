namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Something that storage does in several steps, and what may come of it when it is broken off.</summary>
/// <param name="host">Where.</param>
internal abstract class StorageOperation(StorageCrashHost host)
{
    protected const string Qube = "solo";
    protected const string Volume = "private";

    private int seed;

    protected StorageCrashHost Host => host;

    /// <summary>What the volume held before.</summary>
    protected string Old { get; private set; } = "";

    /// <summary>What it holds now.</summary>
    protected string Content => VolumeData.Of(host.FileOf(Qube, "private.img"));

    /// <summary>Before the first point.</summary>
    public virtual async Task SetUpAsync()
    {
        await host.CallAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={Qube} label=red");
        await host.CallAsync("admin.vm.volume.Set.revisions_to_keep", Volume, Qube, "2");
    }

    /// <summary>Before every time that it is done: the volume gets data of its own.</summary>
    public virtual Task PrepareAsync()
    {
        VolumeData.Put(host.FileOf(Qube, "private.img"), NextSeed());
        Old = Content;
        return Task.CompletedTask;
    }

    /// <summary>Does it.</summary>
    public abstract Task RunAsync();

    /// <summary>Fails the test unless the volume is in its old or its new state; the new one when it was not broken off.</summary>
    public abstract Task CheckAsync(bool died, string where);

    protected int NextSeed() => ++seed;

    protected void AssertContent(bool died, string wanted, string where) =>
        Assert.True(Content is var content && (content == wanted || (died && content == Old)), $"{where}: the volume holds {content}, not {wanted} (before it was {Old})");
}
