using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

public class RootedPathsTests
{
    [Theory]
    [InlineData("/tmp/r", "/var/lib/qubes/qubes.xml", "/tmp/r/var/lib/qubes/qubes.xml")]
    [InlineData("/tmp/r/", "/run/qubesd.sock", "/tmp/r/run/qubesd.sock")]
    [InlineData("/tmp/r", "/var/run/qubesd.sock", "/tmp/r/run/qubesd.sock")]
    [InlineData("/tmp/r", "/var/run", "/tmp/r/run")]
    [InlineData("/tmp/r", "/var/running", "/tmp/r/var/running")]
    [InlineData("/tmp/r", "/etc/qubes/..hidden", "/tmp/r/etc/qubes/..hidden")]
    [InlineData(null, "/var/run/qubes", "/run/qubes")]
    [InlineData(null, "/etc/qubes", "/etc/qubes")]
    [InlineData("/", "/etc/qubes", "/etc/qubes")]
    public void Paths_of_the_product_lie_below_the_root(string? root, string path, string onDisk) =>
        Assert.Equal(onDisk, new RootedPaths(root).OnDisk(path));

    [Fact]
    public void A_relative_root_is_meant_from_here() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "r/etc"), new RootedPaths("r").OnDisk("/etc"));

    [Theory]
    [InlineData("etc")]
    [InlineData("")]
    [InlineData("/etc/../../x")]
    [InlineData("/..")]
    public void No_path_leads_out_of_the_root(string path) => Assert.Throws<ArgumentException>(() => new RootedPaths("/tmp/r").OnDisk(path));
}
