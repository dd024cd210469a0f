namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The daemon is killed at every step of a change of the policy: before each step on the disk, before and after its commit.</summary>
public sealed class PolicyCrashTests
{
    private const string Old = "svc * @anyvm @anyvm deny\n";
    private static readonly string New = string.Concat(Enumerable.Repeat("svc * @anyvm @anyvm allow\n", 2000));
    private static readonly string[] Seams = ["before-policy:1", "before-policy:2", "before-policy:3", "before-policy:4", "before-policy:5", "before-policy:6"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_that_dies_anywhere_leaves_the_old_file_or_the_new_one()
    {
        await using var root = await FreshRoot.CreateAsync(Ct);
        var service = new PolicyService(root);
        var files = new List<string>();
        foreach (var fault in Seams)
        {
            await File.WriteAllTextAsync(service.FileOf("10-a.policy"), Old, Ct);
            var daemon = await root.StartAsync(Ct, new DaemonOptions { Fault = fault });
            Assert.Equal((2, "", "Internal error. See '/var/log/qubes/policy-admin.log' in dom0 for details."), await service.CallAsync("policy.Replace+10-a", "any\n" + New, Ct));
            Assert.Equal(128 + Native.SignalKill, await daemon.WaitForExitAsync(DaemonProcess.StopLimit, Ct));
            files.Add(await File.ReadAllTextAsync(service.FileOf("10-a.policy"), Ct));
            Assert.Contains(files[^1], new[] { Old, New });
            daemon = await root.StartAsync(Ct);
            Assert.Equal((0, "10-a\n30-oracle\n", ""), await service.CallAsync("policy.List", "", Ct)); // what is left beside it spoils nothing
            Assert.Equal((0, "", ""), await service.CallAsync("policy.Replace+10-a", "any\n" + New, Ct));
            Assert.Equal(["10-a.policy", "30-oracle.policy", "include"], Directory.EnumerateFileSystemEntries(service.FileOf("")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
            Assert.Equal(0, await daemon.StopAsync(Ct));
        }

        Assert.Equal([Old, Old, Old, Old, Old, New], files);
    }
}
