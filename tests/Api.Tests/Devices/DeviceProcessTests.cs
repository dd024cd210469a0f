using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public sealed class DeviceProcessTests
{
    private static readonly QubeId Work = DeviceBench.Work;
    private static readonly QubeId Net = DeviceBench.Net;

    [Fact]
    public async Task A_device_is_attached_and_detached()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        await bench.PlugAsync(Work, "dom0+sda");
        Assert.True(await bench.HasAsync(Work, "xvdi"));
        Assert.Equal("sda", Assert.Single(bench.Run(Work).Attached).Port);
        await bench.UnplugAsync(Work, "dom0+sda");
        Assert.False(await bench.HasAsync(Work, "xvdi"));
        Assert.Empty(bench.Run(Work).Attached);
        Assert.Equal(
            ["DeviceAttachRequested", "DeviceAttached", "DeviceDetachRequested", "DeviceDetached"],
            bench.Recorded.Select(recorded => recorded.GetType().Name).Where(name => name.StartsWith("DeviceA", StringComparison.Ordinal) || name.StartsWith("DeviceD", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hypervisor_that_refuses_leaves_nothing()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        bench.AttachFault = (HypervisorFault.Failed, false);
        Assert.Equal("the hypervisor fails", (await Assert.ThrowsAsync<RefusedException>(() => bench.PlugAsync(Work, "dom0+sda"))).Message);
        Assert.Empty(bench.Run(Work).Attached);
        Assert.Empty(bench.Run(Work).Attaching);
        await bench.PlugAsync(Work, "dom0+sda");
    }

    [Fact]
    public async Task A_device_that_could_not_be_detached_is_still_attached()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        await bench.PlugAsync(Work, "dom0+sda");
        bench.DetachFault = (HypervisorFault.Failed, false);
        await Assert.ThrowsAsync<RefusedException>(() => bench.UnplugAsync(Work, "dom0+sda"));
        Assert.Single(bench.Run(Work).Attached);
        Assert.Empty(bench.Run(Work).Detaching);
    }

    [Theory]
    [InlineData(true, false, true)] // it happened, and the hypervisor tells
    [InlineData(false, false, false)]
    [InlineData(true, true, false)] // it cannot tell: taken back
    [InlineData(false, true, false)]
    public async Task An_attachment_whose_outcome_is_not_known_is_settled(bool happened, bool cannotTell, bool attached)
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        (bench.CannotTell, bench.AttachFault) = (cannotTell, (HypervisorFault.Unreachable, happened));
        await Assert.ThrowsAsync<RefusedException>(() => bench.PlugAsync(Work, "dom0+sda"));
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attaching.Count == 0);
        Assert.Equal(attached, bench.Run(Work).Attached.Count == 1);
        Assert.Equal(attached, await bench.HasAsync(Work, "xvdi"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_detachment_whose_outcome_is_not_known_is_done(bool happened)
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        await bench.PlugAsync(Work, "dom0+sda");
        bench.DetachFault = (HypervisorFault.Unreachable, happened);
        await Assert.ThrowsAsync<RefusedException>(() => bench.UnplugAsync(Work, "dom0+sda"));
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attached.Count == 0);
        Assert.False(await bench.HasAsync(Work, "xvdi"));
    }

    [Fact]
    public async Task What_a_daemon_left_that_was_killed_is_settled()
    {
        var device = new DeviceAssignment("block", "dom0", "sda", ":None", "manual", [new NamedText("frontend-dev", "xvdi")]);
        await using var bench = new DeviceBench(new RunObserved(Work, null, new Run("run", RunPhase.Started) { Xid = 1, Attaching = [device] }, "left"));
        await bench.BeginAsync();
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attaching.Count == 0);
        Assert.Empty(bench.Run(Work).Attached);
        Assert.Contains(bench.Recorded, recorded => recorded is DeviceWishDropped);
    }

    [Fact]
    public async Task A_client_that_hangs_up_stops_nothing()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        bench.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new CancellationTokenSource();
        var waiting = bench.PlugAsync(Work, "dom0+sda", ct: client.Token);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        bench.Hold.SetResult();
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attached.Count == 1);
    }

    [Fact]
    public async Task A_qube_can_be_killed_while_a_device_hangs()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work);
        bench.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = bench.PlugAsync(Work, "dom0+sda");
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attaching.Count == 1);
        await bench.KillAsync(Work);
        bench.Hold.SetResult();
        await Assert.ThrowsAnyAsync<DomainException>(() => hanging);
        Assert.Null(Attachments.FrontendOf(bench.Writer.Current, new DeviceAddress("block", "dom0", "sda", ":None")));
    }

    [Fact]
    public async Task A_device_that_appears_goes_to_the_one_who_waits_and_leaves_with_its_backend()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work, Net);
        await bench.AssignAsync(Work, "net+sdb", "auto-attach");
        bench.Announce("net", "sdb");
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attached.Count == 1);
        Assert.Equal(
            ["net device-list-change:block", "net device-added:block", "net domain-qdb-change:/qubes-block-devices", "work device-attach:block"],
            bench.Heard.SkipWhile(heard => heard != "net device-list-change:block"));
        bench.Databases.Remove("net", "/qubes-block-devices/sdb/");
        bench.Announce("net");
        await DeviceBench.UntilAsync(() => bench.Run(Work).Attached.Count == 0);
        for (var left = true; left; left = await bench.HasAsync(Work, "xvdi"))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("work", 1)]
    [InlineData("dom0", 0)] // none of those among whom it was to choose
    [InlineData(null, 0)]
    public async Task The_user_decides_where_the_assignment_says_so(string? answer, int attached)
    {
        await using var bench = await new DeviceBench { Answer = answer }.BeginAsync(Work, Net);
        await bench.AssignAsync(Work, "net+sdb", "ask-to-attach");
        bench.Announce("net", "sdb");
        await DeviceBench.UntilAsync(() => bench.Asked.Count == 1 && bench.Run(Work).Attached.Count == attached);
        Assert.Equal(new DeviceQuestion("net", "STICK", "net+sdb++None", ["work"]), bench.Asked[0]);
    }

    [Fact]
    public async Task A_qube_that_writes_nonsense_harms_nobody()
    {
        await using var bench = await new DeviceBench().BeginAsync(Work, Net);
        var huge = new byte[IQubesDb.MaxValueBytes];
        Array.Fill(huge, (byte)0xff);
        for (var number = 0; number < 400; number++)
        {
            bench.Databases.Write("net", $"/qubes-block-devices/d{number}/desc", huge);
            bench.Databases.Write("net", $"/qubes-block-devices/d{number}/parent", "d0"u8);
            bench.Databases.Write("net", $"/qubes-block-devices/UPPER{number}/x", huge);
            bench.Databases.Write("net", $"/qubes-block-devices/..{number}/../desc", huge);
        }

        bench.Announce("net");
        await DeviceBench.UntilAsync(() => bench.Run(Net).Offered.Count > 0);
        Assert.Equal(BlockAnnouncements.MostDevices, bench.Run(Net).Offered.Count);
        Assert.All(bench.Run(Net).Offered, device => Assert.True(device.Model is null or { Length: <= 256 }));
        for (var number = 0; number < 3000; number++)
        {
            bench.Databases.Write("net", $"/qubes-block-devices/e{number}/desc", "x"u8);
        }

        bench.Announce("net"); // more than can be read: what was known holds
        await bench.PlugAsync(Work, "dom0+sda");
        Assert.Equal(BlockAnnouncements.MostDevices, bench.Run(Net).Offered.Count);
    }

    [Fact]
    public async Task A_qube_that_never_stops_writing_is_looked_at_now_and_then()
    {
        await using var bench = await new DeviceBench().BeginAsync(Net);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(2);
        for (var number = 0; TimeProvider.System.GetUtcNow() < end; number++)
        {
            bench.Announce("net", $"d{number % 100}");
            bench.Databases.Remove("net", $"/qubes-block-devices/d{(number + 50) % 100}/");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.InRange(bench.Recorded.Count(recorded => recorded is DevicesObserved), 1, 10); // 0, 40, 80, 160 … ms
    }

    [Fact]
    public async Task The_qube_lets_go_of_a_PCI_device_before_it_is_taken_out()
    {
        await using var bench = new DeviceBench { Slot = "05.0" };
        await bench.SetAsync(Work, "virt_mode", "hvm");
        await bench.BeginAsync(Work);
        await bench.PlugAsync(Work, "dom0+00_14.0", "pci");
        Assert.Equal(["0000:00:14.0"], bench.Bound);
        await bench.UnplugAsync(Work, "dom0+00_14.0", "pci");
        var service = Assert.Single(bench.Services);
        Assert.Equal(("work", "root", "qubes.DetachPciDevice", "00:05.0"), (service.Name, service.User, service.Service, System.Text.Encoding.ASCII.GetString(service.Input.Span)));
        Assert.Empty(bench.Run(Work).Attached);
    }

    [Fact]
    public async Task A_qube_whose_PCI_device_cannot_be_had_does_not_start()
    {
        await using var bench = await new DeviceBench { BindRefusal = "PCI device 0000:00:14.0 does not exist" }.BeginAsync();
        await bench.AssignAsync(Work, "dom0+00_14.0", "required", "pci");
        Assert.Equal("PCI device 0000:00:14.0 does not exist", (await Assert.ThrowsAsync<RefusedException>(() => bench.StartAsync(Work))).Message);
        Assert.Contains("work domain-start-failed", bench.Heard);
        Assert.False(bench.Writer.Current.Runs.ContainsKey(Work));
    }
}
