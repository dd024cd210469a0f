using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A real full disk: a small file system of its own below the cluster.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private string directory = "";
    private bool isMounted;

    public async ValueTask InitializeAsync()
    {
        directory = await TestFolder.CreateAsync();
        if (Posix.IsRoot)
        {
            isMounted = await RunAsync("/usr/bin/mount", "-t", "tmpfs", "-o", "size=130m,mode=755", "tmpfs", directory);
        }
    }

    public ValueTask DisposeAsync() => new(TestFolder.RemoveAsync(directory));

    [Fact]
    public async Task A_full_disk_refuses_writes_loses_nothing_and_heals()
    {
        Assert.SkipUnless(isMounted, "only root can mount a small file system");
        var options = new LogOptions { Embedded = TestFolder.Options(directory), LockTimeout = TimeSpan.FromSeconds(10) };
        await using var log = await EventLogHost.OpenAsync(options, NullLogger.Instance, default);
        var written = (await log.Appender.AppendAsync(Given.Tags(1, "a"), default)).Length;

        var ballast = Path.Combine(directory, "ballast");
        await using (var file = File.Create(ballast))
        {
            var block = new byte[1 << 16];
            try
            {
                while (true)
                {
                    file.Write(block);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        var refusals = new HashSet<string>();
        for (var round = 0; round < 400 && refusals.Count == 0; round++)
        {
            try
            {
                written += (await log.Appender.AppendAsync(Given.Tags(1, Enumerable.Repeat(new string('x', 1000), 500)), default)).Length;
            }
            catch (EventLogUnavailableException e)
            {
                refusals.Add(e.Message);
            }
            catch (AppendOutcomeUnknownException e)
            {
                refusals.Add(e.Message);
            }
        }

        Assert.NotEmpty(refusals);

        // It stays refused, without a word of success, while the disk is full.
        var adopted = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                adopted += (await log.Appender.RecoverAsync(default)).Length;
                written += (await log.Appender.AppendAsync(Given.Tags(1, Enumerable.Repeat(new string('x', 1000), 500)), default)).Length;
            }
            catch (Exception e) when (e is EventLogUnavailableException or AppendOutcomeUnknownException)
            {
                refusals.Add(e.Message);
            }
        }

        File.Delete(ballast);
        await Wait.UntilAsync(async () =>
        {
            try
            {
                adopted += (await log.Appender.RecoverAsync(default)).Length;
                return true;
            }
            catch (EventLogUnavailableException e)
            {
                refusals.Add(e.Message);
                return false;
            }
        });
        await log.Appender.AppendAsync(Given.Tags(1, "b"), default);
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', refusals));
        Assert.Equal(written + adopted + 1, log.Appender.Head.Value);
        Assert.Null((await log.Verifier.VerifyAsync(LogPosition.Start, default, default)).Fault);
    }

    private static async Task<bool> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
