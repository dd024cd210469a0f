using System.Globalization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Makes a qube with its volumes.</summary>
internal sealed class CreateOperation(StorageCrashHost host) : StorageOperation(host)
{
    private const string New = "fresh";

    public override Task SetUpAsync() => Task.CompletedTask;

    public override async Task PrepareAsync()
    {
        if (await Host.HasAsync(New))
            await Host.CallAsync("admin.vm.Remove", "", New);
    }

    public override Task RunAsync() => Host.CallAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={New} label=red");

    public override async Task CheckAsync(bool died, string where) =>
        Assert.True(await Host.HasAsync(New) ? VolumeData.Of(Host.FileOf(New, "private.img")) == VolumeData.Empty : died, $"{where}: the qube is not as it was created");
}

/// <summary>Removes a qube with its volumes.</summary>
internal sealed class RemoveOperation(StorageCrashHost host) : StorageOperation(host)
{
    public override Task SetUpAsync() => Task.CompletedTask;

    public override async Task PrepareAsync()
    {
        if (!await Host.HasAsync(Qube))
            await base.SetUpAsync();
        var path = Host.FileOf(Qube, "private.img");
        Assert.Equal(VolumeData.Empty, VolumeData.Of(path)); // nothing of its predecessor came back
        await base.PrepareAsync();
        await Host.CallAsync("admin.vm.volume.Snapshot", Volume, Qube);
    }

    public override Task RunAsync() => Host.CallAsync("admin.vm.Remove", "", Qube);

    public override async Task CheckAsync(bool died, string where)
    {
        var isThere = await Host.HasAsync(Qube);
        Assert.True(isThere ? died && Content == Old : !File.Exists(Host.FileOf(Qube, "private.img")), $"{where}: the qube is neither whole nor gone");
        if (isThere)
            VolumeData.Put(Host.FileOf(Qube, "private.img"), 0);
    }
}

/// <summary>Copies another qube's volume over it.</summary>
internal sealed class CloneOperation(StorageCrashHost host) : StorageOperation(host)
{
    private const string Donor = "donor";

    public override async Task SetUpAsync()
    {
        await base.SetUpAsync();
        await Host.CallAsync("admin.vm.Create.StandaloneVM", "", "dom0", $"name={Donor} label=red");
    }

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        VolumeData.Put(Host.FileOf(Donor, "private.img"), NextSeed());
    }

    public override async Task RunAsync()
    {
        var token = await Host.CallAsync("admin.vm.volume.CloneFrom", Volume, Donor);
        await Host.CallAsync("admin.vm.volume.CloneTo", Volume, Qube, token);
    }

    public override Task CheckAsync(bool died, string where)
    {
        AssertContent(died, VolumeData.Of(Host.FileOf(Donor, "private.img")), where);
        return Task.CompletedTask;
    }
}

/// <summary>Takes new data from a client.</summary>
internal sealed class ImportOperation(StorageCrashHost host) : StorageOperation(host)
{
    private string written = "";

    public override async Task RunAsync()
    {
        written = "";
        var begun = await Host.CallAsync("internal.vm.volume.ImportBegin", Volume, Qube, "", "internal");
        var area = Host.OnDisk(begun.Split(' ')[1]);
        VolumeData.Write(area, NextSeed());
        written = VolumeData.Of(area);
        await Host.CallAsync("internal.vm.volume.ImportEnd", Volume, Qube, "ok", "internal");
    }

    public override Task CheckAsync(bool died, string where)
    {
        AssertContent(died, written, where);
        return Task.CompletedTask;
    }
}

/// <summary>Empties it.</summary>
internal sealed class ClearOperation(StorageCrashHost host) : StorageOperation(host)
{
    public override Task RunAsync() => Host.CallAsync("admin.vm.volume.Clear", Volume, Qube);

    public override Task CheckAsync(bool died, string where)
    {
        AssertContent(died, VolumeData.Empty, where);
        return Task.CompletedTask;
    }
}

/// <summary>Makes it larger.</summary>
internal sealed class ResizeOperation(StorageCrashHost host) : StorageOperation(host)
{
    private const long Step = 1 << 20;
    private long before;

    private long Size => new FileInfo(Host.FileOf(Qube, "private.img")).Length;

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        before = Size;
    }

    public override Task RunAsync() =>
        Host.CallAsync("admin.vm.volume.Resize", Volume, Qube, (before + Step).ToString(CultureInfo.InvariantCulture));

    public override Task CheckAsync(bool died, string where)
    {
        Assert.True(Content == Old, $"{where}: the data changed with the size");
        Assert.True(Size == before + Step || (died && Size == before), $"{where}: the volume has {Size} bytes, before it had {before}");
        return Task.CompletedTask;
    }
}

/// <summary>Goes back to a revision.</summary>
internal sealed class RevertOperation(StorageCrashHost host) : StorageOperation(host)
{
    private string kept = "";
    private string revision = "";

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        kept = Old;
        await Host.CallAsync("admin.vm.volume.Snapshot", Volume, Qube);
        revision = (await Host.CallAsync("admin.vm.volume.ListSnapshots", Volume, Qube))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).MaxBy(name => long.Parse(name, CultureInfo.InvariantCulture)) ?? "";
        await base.PrepareAsync();
    }

    public override Task RunAsync() => Host.CallAsync("admin.vm.volume.Revert", Volume, Qube, revision);

    public override Task CheckAsync(bool died, string where)
    {
        AssertContent(died, kept, where);
        return Task.CompletedTask;
    }
}

/// <summary>Keeps what there is as a revision.</summary>
internal sealed class SnapshotOperation(StorageCrashHost host) : StorageOperation(host)
{
    public override Task RunAsync() => Host.CallAsync("admin.vm.volume.Snapshot", Volume, Qube);

    public override Task CheckAsync(bool died, string where)
    {
        AssertContent(died, Old, where);
        var kept = Host.Revisions(Qube, Volume).Count(file => VolumeData.Of(file) == Old);
        Assert.True(kept == 1 || (died && kept == 0), $"{where}: {kept} revisions hold what the volume holds");
        return Task.CompletedTask;
    }
}

/// <summary>Starts the qube, which writes, and shuts it down.</summary>
internal sealed class RunOperation(StorageCrashHost host) : StorageOperation(host)
{
    private string written = "";

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        written = "";
    }

    public override async Task RunAsync()
    {
        await Host.CallAsync("admin.vm.Start", "", Qube);
        var running = Host.FileOf(Qube, "private-dirty.img");
        VolumeData.Write(running, NextSeed());
        written = VolumeData.Of(running);
        await Host.CallAsync("admin.vm.Shutdown", "wait", Qube);
    }

    // What a qube wrote is never lost, wherever the daemon dies.
    public override async Task CheckAsync(bool died, string where)
    {
        await Host.RestsAsync(Qube);
        if (await Host.StateAsync(Qube) == "Running")
            await Host.CallAsync("admin.vm.Shutdown", "wait", Qube);
        await Host.RestsAsync(Qube);
        var wanted = written.Length > 0 ? written : Old;
        Assert.True(Content == wanted, $"{where}: the volume holds {Content}, not {wanted} (before it was {Old})");
    }
}
