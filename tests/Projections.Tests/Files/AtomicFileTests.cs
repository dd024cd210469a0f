using System.Diagnostics;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Replacing a file: the old one or the new one, whole.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qubes-atomic-");
    private readonly string path;

    public AtomicFileTests()
    {
        path = Path.Combine(folder.FullName, "qubes.xml");
        File.WriteAllText(path, "old");
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<string> Names => folder.GetFileSystemInfos().Select(entry => entry.Name).Order();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_replaced_and_nothing_else_stays()
    {
        await new AtomicViewFile(path).WriteAsync("new"u8.ToArray(), Ct);
        Assert.Equal("new", await File.ReadAllTextAsync(path, Ct));
        Assert.Equal(["qubes.xml"], Names);
        Assert.Equal("rw-rw----", Mode(path));
    }

    [Fact]
    public async Task A_new_file_is_made()
    {
        var other = path + "2";
        await AtomicFile.ReplaceAsync(other, ReadOnlyMemory<byte>.Empty, new AtomicFileOptions { Mode = UnixFileMode.UserRead }, Ct);
        Assert.Equal("r--------", Mode(other));
        Assert.Equal(0, new FileInfo(other).Length);
    }

    [Fact]
    public async Task The_group_is_set_when_there_is_one()
    {
        var group = Environment.IsPrivilegedProcess ? "daemon" : await RunAsync("id", "-gn");
        await AtomicFile.ReplaceAsync(path, "new"u8.ToArray(), new AtomicFileOptions { Group = group }, Ct);
        Assert.Equal(group, await RunAsync("stat", "-c%G", path));
        await AtomicFile.ReplaceAsync(path, "new"u8.ToArray(), new AtomicFileOptions { Group = "no-such-group" }, Ct);
        Assert.Equal(await RunAsync("id", "-gn"), await RunAsync("stat", "-c%G", path));
    }

    [Fact]
    public void Groups_are_found_by_name()
    {
        Assert.Equal(0u, UnixFiles.FindGroup("root"));
        Assert.Null(UnixFiles.FindGroup("no-such-group"));
    }

    [Fact]
    public async Task While_the_new_one_is_written_the_old_one_stands()
    {
        await AtomicFile.ReplaceAsync(
            path,
            async (stream, ct) =>
            {
                await stream.WriteAsync("new"u8.ToArray(), ct);
                await stream.FlushAsync(ct);
                Assert.Equal("old", await File.ReadAllTextAsync(path, ct));
                Assert.Equal("rw-------", Mode(Path.Combine(folder.FullName, Assert.Single(Names, name => name != "qubes.xml"))));
            },
            AtomicFileOptions.Default,
            Ct);
        Assert.Equal("new", await File.ReadAllTextAsync(path, Ct));
    }

    [Fact]
    public async Task A_kill_before_the_rename_leaves_the_old_file()
    {
        Assert.NotEqual(0, await CrashingChild.RunAsync(path, Ct));
        Assert.Equal("old", await File.ReadAllTextAsync(path, Ct));
        var leftover = Assert.Single(Names, name => name != "qubes.xml");
        Assert.Matches("^qubes\\.xml~[a-z0-9_]{8}$", leftover);
        await AtomicFile.ReplaceAsync(path, "new"u8.ToArray(), AtomicFileOptions.Default, Ct);
        Assert.Equal("new", await File.ReadAllTextAsync(path, Ct));
    }

    [Fact]
    public void Leftovers_are_removed_and_nothing_else()
    {
        string[] others = ["qubes.xml~", "qubes.xml~old", "qubes.xml~ABCDEFGH", "qubes.xml~abcdefgh9", "other~abcdefgh"];
        foreach (var name in others.Concat(["qubes.xml~abcdefgh", "qubes.xml~0123_567"]))
        {
            File.WriteAllText(Path.Combine(folder.FullName, name), "");
        }

        Assert.Equal(2, AtomicFile.RemoveLeftovers(path));
        Assert.Equal(others.Append("qubes.xml").Order(), Names);
    }

    [Fact]
    public async Task A_full_disk_surfaces_and_the_old_file_stays()
    {
        var failure = await Assert.ThrowsAsync<AtomicFileException>(() => AtomicFile.ReplaceAsync(
            path,
            async (stream, ct) =>
            {
                await stream.WriteAsync("half"u8.ToArray(), ct);
                await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                await full.WriteAsync("the other half"u8.ToArray(), ct);
            },
            AtomicFileOptions.Default,
            Ct));
        Assert.True(failure.IsDiskFull);
        Assert.Equal((AtomicFileStep.Write, path), (failure.Step, failure.Path));
        Assert.Equal("old", await File.ReadAllTextAsync(path, Ct));
        Assert.Equal(["qubes.xml"], Names);
    }

    [Fact]
    public async Task A_missing_folder_surfaces()
    {
        var failure = await Assert.ThrowsAsync<AtomicFileException>(
            () => new AtomicViewFile(Path.Combine(folder.FullName, "gone", "notes.txt")).WriteAsync("x"u8.ToArray(), Ct));
        Assert.Equal((AtomicFileStep.Create, false), (failure.Step, failure.IsDiskFull));
    }

    [Fact]
    public async Task What_cannot_be_renamed_leaves_nothing_behind()
    {
        var occupied = Path.Combine(folder.FullName, "occupied");
        Directory.CreateDirectory(occupied);
        var failure = await Assert.ThrowsAsync<AtomicFileException>(() => new AtomicViewFile(occupied).WriteAsync("x"u8.ToArray(), Ct));
        Assert.Equal(AtomicFileStep.Rename, failure.Step);
        Assert.Equal(["occupied", "qubes.xml"], Names);
    }

    [Fact]
    public async Task Cancelling_leaves_the_old_file()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.ReplaceAsync(
            path,
            async (stream, ct) =>
            {
                await stream.WriteAsync("half"u8.ToArray(), ct);
                await cancel.CancelAsync();
                ct.ThrowIfCancellationRequested();
            },
            AtomicFileOptions.Default,
            cancel.Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path, Ct));
        Assert.Equal(["qubes.xml"], Names);
    }

    [Fact]
    public async Task A_link_in_the_files_place_is_replaced_and_not_followed()
    {
        var victim = Path.Combine(folder.FullName, "victim");
        await File.WriteAllTextAsync(victim, "mine", Ct);
        File.Delete(path);
        File.CreateSymbolicLink(path, victim);
        await new AtomicViewFile(path).WriteAsync("new"u8.ToArray(), Ct);
        Assert.Equal("mine", await File.ReadAllTextAsync(victim, Ct));
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Fact]
    public async Task Readers_always_see_a_whole_file()
    {
        byte[][] versions = [.. Enumerable.Range(0, 4).Select(number => Enumerable.Repeat((byte)('a' + number), 100_000).ToArray())];
        await File.WriteAllBytesAsync(path, versions[0], Ct);
        var writer = Task.Run(
            async () =>
            {
                foreach (var number in Enumerable.Range(0, 40))
                {
                    await AtomicFile.ReplaceAsync(path, versions[number % versions.Length], AtomicFileOptions.Default, Ct);
                }
            },
            Ct);
        while (!writer.IsCompleted)
        {
            var seen = await File.ReadAllBytesAsync(path, Ct);
            Assert.Equal(100_000, seen.Length);
            Assert.DoesNotContain(seen, value => value != seen[0]);
        }

        await writer;
    }

    private static string Mode(string path)
    {
        var mode = File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((letter, place) => ((int)mode & (0x100 >> place)) != 0 ? letter : '-'));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException(program);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return output.Trim();
    }
}
