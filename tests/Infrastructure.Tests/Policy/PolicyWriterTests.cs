using System.Diagnostics;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Files of the policy are replaced whole, by one at a time.</summary>
public sealed class PolicyWriterTests : IDisposable
{
    private const string File1 = PolicyLocations.Permanent + "/10-a.policy";
    private const string Include = PolicyLocations.Includes + "/x";
    private static readonly byte[] Old = "old\n"u8.ToArray();
    private static readonly byte[] New = [.. Enumerable.Repeat((byte)'n', 50_000)];

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("polw-");
    private readonly RootedPaths paths;

    public PolicyWriterTests()
    {
        paths = new RootedPaths(root.FullName);
        Directory.CreateDirectory(paths.OnDisk(PolicyLocations.Includes));
    }

    public void Dispose() => root.Delete(true);

    [Theory]
    [InlineData(File1, true)]
    [InlineData(File1, false)]
    [InlineData(Include, true)]
    public void At_every_step_there_is_the_old_file_or_the_new_one_and_nothing_that_spoils_the_policy(string path, bool exists)
    {
        var steps = new List<string>();
        if (exists)
        {
            File.WriteAllBytes(paths.OnDisk(path), Old);
        }

        using var writer = new PolicyWriter(paths, new Watching(step =>
        {
            steps.Add(step);
            var now = File.Exists(paths.OnDisk(path)) ? File.ReadAllBytes(paths.OnDisk(path)) : null;
            Assert.True(now is null ? !exists : now.AsSpan().SequenceEqual(New) || (exists && now.AsSpan().SequenceEqual(Old)), step);
            Assert.DoesNotContain(Names(), name => name.StartsWith('!') && name.EndsWith(".policy", StringComparison.Ordinal));
        }));
        using (var replacement = writer.Prepare(path, New))
        {
            replacement.Complete();
        }

        Assert.Equal(New, File.ReadAllBytes(paths.OnDisk(path)));
        Assert.Equal(["unlink", "create", "write", "fsync", "rename", "fsync"], steps.Select(step => step.Split(' ')[0]));
        Assert.DoesNotContain(Names(), name => name.StartsWith('!'));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_old_file_and_nothing_else()
    {
        for (var failing = 1; failing <= 5; failing++)
        {
            File.WriteAllBytes(paths.OnDisk(File1), Old);
            var count = 0;
            using var writer = new PolicyWriter(paths, new Watching(_ =>
            {
                if (++count == failing)
                {
                    throw new IOException("the disk is full");
                }
            }));
            Assert.Throws<IOException>(() =>
            {
                using var replacement = writer.Prepare(File1, New);
                replacement.Complete();
            });
            Assert.Equal(Old, File.ReadAllBytes(paths.OnDisk(File1)));
            Assert.Equal(["10-a.policy", "include"], Names());
        }
    }

    [Fact]
    public void What_is_given_up_leaves_nothing()
    {
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        writer.Prepare(File1, New).Dispose();
        Assert.Equal(["include"], Names());
    }

    [Fact]
    public void What_lies_where_the_new_content_goes_first_is_replaced_and_never_followed()
    {
        File.WriteAllBytes(paths.OnDisk("/victim"), Old);
        File.CreateSymbolicLink(paths.OnDisk(PolicyLocations.Permanent + "/!10-a"), paths.OnDisk("/victim"));
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        using var replacement = writer.Prepare(File1, New);
        replacement.Complete();
        Assert.Equal(Old, File.ReadAllBytes(paths.OnDisk("/victim")));
        Assert.Equal(New, File.ReadAllBytes(paths.OnDisk(File1)));
        Assert.Null(new FileInfo(paths.OnDisk(File1)).LinkTarget);
    }

    [Fact]
    public void Everybody_may_read_and_the_group_may_write()
    {
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        using var replacement = writer.Prepare(File1, New);
        replacement.Complete();
        Assert.Equal("664", Convert.ToString((int)File.GetUnixFileMode(paths.OnDisk(File1)), 8));
    }

    [Fact]
    public void What_cannot_become_a_file_is_refused_before_anything_is_written()
    {
        using var writer = new PolicyWriter(paths, new Watching(step => Assert.Fail(step)));
        var longest = PolicyLocations.Permanent + "/" + new string('x', 248) + ".policy";
        Assert.Equal(longest, writer.Resolve(longest));
        Assert.Throws<IOException>(() => writer.Prepare(longest, New));
        Assert.Throws<IOException>(() => writer.Prepare(PolicyLocations.Includes, New));
        Assert.Throws<PathTooLongException>(() => writer.Resolve(longest + "x"));
    }

    [Fact]
    public void Links_are_followed_to_where_they_lead_also_when_nothing_is_there()
    {
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        File.CreateSymbolicLink(paths.OnDisk(File1), "include/l");
        File.CreateSymbolicLink(paths.OnDisk(PolicyLocations.Includes + "/l"), "../include/x");
        File.CreateSymbolicLink(paths.OnDisk(PolicyLocations.Permanent + "/a"), "b");
        File.CreateSymbolicLink(paths.OnDisk(PolicyLocations.Permanent + "/b"), "a");
        Assert.Equal(Include, writer.Resolve(File1));
        Assert.Equal("/no/such/folder", writer.Resolve("/no/such/folder"));
        Assert.Equal(PolicyLocations.Permanent + "/a", writer.Resolve(PolicyLocations.Permanent + "/a"));
        using var disk = new PolicyDisk(paths);
        Assert.Equal(PolicyFile.Missing, disk.Find(PolicyLocations.Permanent + "/a"));
    }

    [Fact]
    public async Task Another_process_that_has_the_lock_is_waited_for()
    {
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        using var other = Start("flock", [paths.OnDisk(PolicyLocations.Permanent), "sh", "-c", "echo locked; read line"]);
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.LockAsync(patience.Token));
        var waiting = writer.LockAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        other.StandardInput.WriteLine();
        using (await waiting.WaitAsync(TimeSpan.FromSeconds(30)))
        {
            Assert.NotEqual(0, await CodeAsync("flock", ["-n", paths.OnDisk(PolicyLocations.Permanent), "true"]));
        }

        Assert.Equal(0, await CodeAsync("flock", ["-n", paths.OnDisk(PolicyLocations.Permanent), "true"]));
    }

    [Fact]
    public async Task One_at_a_time_is_let_in()
    {
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        using var second = new PolicyWriter(paths, SilentSteps.Instance); // as another process
        var inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            using (await (number % 2 == 0 ? writer : second).LockAsync(CancellationToken.None))
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        })));
    }

    [Fact]
    public async Task Without_the_folder_there_is_nothing_to_lock()
    {
        Directory.Delete(paths.OnDisk(PolicyLocations.Permanent), recursive: true);
        using var writer = new PolicyWriter(paths, SilentSteps.Instance);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => writer.LockAsync(CancellationToken.None));
        Directory.CreateDirectory(paths.OnDisk(PolicyLocations.Permanent));
        (await writer.LockAsync(CancellationToken.None)).Dispose();
    }

    private IEnumerable<string> Names() => new DirectoryInfo(paths.OnDisk(PolicyLocations.Permanent)).EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal);

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true }) ?? throw new InvalidOperationException(program);

    private static async Task<int> CodeAsync(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private sealed class Watching(Action<string> watch) : IStorageSteps
    {
        public void Before(string what) => watch(what);
    }
}
