namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class PolicyPlaceTests : IDisposable
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";

    private readonly string root = Directory.CreateTempSubdirectory("qubes-policy").FullName;
    private readonly PolicyPlace place;

    public PolicyPlaceTests()
    {
        place = new PolicyPlace(new RootedPaths(root));
        Directory.CreateDirectory(Path.GetDirectoryName(root + User) ?? "");
    }

    public void Dispose()
    {
        place.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_file_becomes_what_is_wanted_when_its_turn_comes()
    {
        var wanted = "# first\n";
        var turn = await place.Gate.LockAsync(default);
        var bringing = place.Gate.BringAsync(User, () => wanted, default);
        Assert.False(File.Exists(root + User));
        wanted = "# second \u00e9\n";
        turn.Dispose();
        await bringing;
        Assert.Equal("# second \u00e9\n", await File.ReadAllTextAsync(root + User, TestContext.Current.CancellationToken));
        Assert.True(File.GetUnixFileMode(root + User).HasFlag(UnixFileMode.GroupWrite | UnixFileMode.OtherRead));
        await place.Gate.BringAsync(User, () => null, default);
        await place.Gate.BringAsync(User, () => null, default);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(root + User) ?? ""));
    }

    [Fact]
    public async Task A_file_that_cannot_be_is_an_error_and_leaves_nothing()
    {
        Directory.CreateDirectory(root + User);
        await Assert.ThrowsAnyAsync<IOException>(() => place.Gate.BringAsync(User, () => "x", default));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(root + User) ?? ""));
    }
}
