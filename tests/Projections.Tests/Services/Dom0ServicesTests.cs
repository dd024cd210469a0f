using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The files of dom0's services follow its features.</summary>
public sealed class Dom0ServicesTests : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("qubes-services-");
    private readonly string folder;

    public Dom0ServicesTests() => folder = Path.Combine(parent.FullName, "qubes-service");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    public void Dispose() => parent.Delete(recursive: true);

    [Fact]
    public void A_service_that_is_on_is_a_file() =>
        Assert.Equal(["a", "app-dispvm.b"], Dom0Services.Of(With(("service.a", "1"), ("service.off", ""), ("other", "1"), ("service.app-dispvm.b", "x"))));

    [Fact]
    public void Names_of_a_hostile_store_lead_nowhere() => Assert.Empty(Dom0Services.Of(With(
        ("service.", "1"), ("service..", "1"), ("service...", "1"), ("service.../etc/passwd", "1"), ("service./etc/passwd", "1"), ("service.a\0b", "1"),
        ("service.ä", "1"), ("service.app-dispvm." + new string('n', 300), "1"))));

    [Fact]
    public void There_is_an_end_to_their_number() =>
        Assert.Equal(1000, Dom0Services.Of(With([.. Enumerable.Range(0, 1500).Select(number => ($"service.s{number:0000}", "1"))])).Count);

    [Fact]
    public void Files_are_made_and_removed()
    {
        var files = new ServiceFolder(folder);
        files.Show(new HashSet<string> { "a", "b" });
        Assert.Equal(["a", "b"], Names);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Path.Combine(folder, "a")));
        files.Show(new HashSet<string> { "b", "c" });
        Assert.Equal(["b", "c"], Names);
    }

    [Fact]
    public void What_is_no_empty_file_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(folder, "folder"));
        File.WriteAllText(Path.Combine(folder, "full"), "x");
        var target = Path.Combine(parent.FullName, "target");
        File.WriteAllText(target, "");
        File.CreateSymbolicLink(Path.Combine(folder, "link"), target);
        new ServiceFolder(folder).Show(new HashSet<string> { "a" });
        new ServiceFolder(folder).Show(new HashSet<string>());
        Assert.Equal(["folder", "full", "link"], Names);
        Assert.True(File.Exists(target));
    }

    [Fact]
    public async Task The_newest_world_is_shown_and_a_failure_tried_again()
    {
        var time = new ManualTime();
        var shown = new FakeFolder { Failures = 1 };
        var failures = new List<Exception>();
        var view = new Dom0ServicesView(shown, time, TimeSpan.FromSeconds(5), failures.Add);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        view.Publish(With(("service.a", "1")));
        var running = view.RunAsync(end.Token);
        view.Publish(With(("service.b", "1")));
        view.Publish(With(("service.c", "1")));
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("c", await shown.NextAsync(Ct));
        Assert.IsType<IOException>(Assert.Single(failures));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Changes_of_something_else_cost_nothing()
    {
        var shown = new FakeFolder();
        var view = new Dom0ServicesView(shown, TimeProvider.System, TimeSpan.FromSeconds(5), _ => { });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var world = With(("service.a", "1"));
        view.Publish(world);
        var running = view.RunAsync(end.Token);
        Assert.Equal("a", await shown.NextAsync(Ct));
        view.Publish(Evolve.Apply(world, new TagAdded(QubeId.Dom0, "t")));
        view.Publish(Evolve.Apply(world, new FeatureSet(QubeId.Dom0, "service.b", "1", null)));
        Assert.Equal("a b", await shown.NextAsync(Ct));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static World With(params (string Name, string Value)[] features) => features.Aggregate(
        Evolve.Apply(World.Empty, FreshSystem.Dom0), (world, feature) => Evolve.Apply(world, new FeatureSet(QubeId.Dom0, feature.Name, feature.Value, null)));

    private sealed class FakeFolder : IServiceFolder
    {
        private readonly System.Threading.Channels.Channel<string> shown = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public int Failures { get; set; }

        public void Show(IReadOnlySet<string> services)
        {
            if (Failures-- > 0)
            {
                throw new IOException("no");
            }

            Assert.True(shown.Writer.TryWrite(string.Join(' ', services)));
        }

        public ValueTask<string> NextAsync(CancellationToken ct) => shown.Reader.ReadAsync(ct);
    }
}
