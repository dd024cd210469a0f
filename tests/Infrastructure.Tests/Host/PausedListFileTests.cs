namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class PausedListFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("qubes-paused-").FullName;

    private string File => Path.Combine(folder, "run", "paused.list");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_is_written_is_taken_once()
    {
        var list = new PausedListFile(File);
        await list.WriteAsync(["work", "sys-net"], Ct);
        Assert.Equal("work\nsys-net", await System.IO.File.ReadAllTextAsync(File, Ct));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(["sys-net", "work"], (await list.TakeAsync(Ct)).Order());
        Assert.Empty(await list.TakeAsync(Ct));
    }

    [Fact]
    public async Task Another_list_replaces_it()
    {
        var list = new PausedListFile(File);
        await list.WriteAsync(["work"], Ct);
        await list.WriteAsync([], Ct);
        Assert.Empty(await list.TakeAsync(Ct));
    }

    [Theory]
    [InlineData("work\n../etc\n\n-x\ndom 0\nä\0\n" + "a123456789012345678901234567890123")]
    [InlineData("\nwork\n\n")]
    public async Task Only_names_are_read_back(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, text, Ct);
        Assert.Equal(["work"], await new PausedListFile(File).TakeAsync(Ct));
    }

    [Fact]
    public async Task What_is_too_long_is_read_in_part()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, "work\n" + new string('x', 3 << 20) + "\nother", Ct);
        Assert.Equal(["work"], await new PausedListFile(File).TakeAsync(Ct));
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Only_the_first_who_asks_after_the_hosts_start_is_the_first()
    {
        Assert.True(new BootMarker(File).TakeFirst());
        Assert.False(new BootMarker(File).TakeFirst());
    }

    [Fact]
    public void Where_no_marker_can_be_kept_nobody_is_the_first()
    {
        System.IO.File.WriteAllText(Path.Combine(folder, "run"), "no folder");
        Assert.False(new BootMarker(File).TakeFirst());
    }
}
