using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>How the files of qubes follow the log.</summary>
public sealed class QubeFilesViewTests : IDisposable
{
    private const string WorkNotes = "/var/lib/qubes/appvms/work/notes.txt";
    private const string WorkFirewall = "/var/lib/qubes/appvms/work/firewall.xml";
    private const string OtherNotes = "/var/lib/qubes/appvms/other/notes.txt";

    private static readonly QubeId Work = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly QubeId Other = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly FirewallRule Drop = new() { Action = FirewallAction.Drop };

    private readonly ManualTime time = new();
    private readonly FakeQubeFileStore store = new();
    private readonly List<ViewFailure> failures = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly QubeFilesView view;
    private World world = World.Empty;

    public QubeFilesViewTests()
    {
        view = new QubeFilesView(store, time, new QubesXmlViewOptions { Failed = failures.Add });
        foreach (var (id, name, qid) in new[] { (Work, "work", 1), (Other, "other", 2) })
        {
            world = Evolve.Apply(world, new QubeAdded(id, name, QubeClass.AppVM, qid, [], [], [], []));
        }

        view.Start(world);
    }

    public void Dispose()
    {
        view.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Only_what_changed_is_written()
    {
        Commit(new NotesSet(Work, "one"), new TagAdded(Other, "x"));
        Commit(new NotesSet(Work, "two"));
        await view.FlushAsync();
        Assert.Equal([WorkNotes], store.Writes);
        Assert.Equal("two", store.Files[WorkNotes]);
        await view.FlushAsync();
        Assert.Single(store.Writes);
    }

    [Fact]
    public async Task The_firewall_follows_what_is_set_and_what_ends()
    {
        Commit(new FirewallSet(Work, [Drop with { Expire = "7" }, Drop]));
        await view.FlushAsync();
        Assert.Contains("expire", store.Files[WorkFirewall], StringComparison.Ordinal);
        Commit(new FirewallExpired(Work, 7));
        await view.FlushAsync();
        Assert.DoesNotContain("expire", store.Files[WorkFirewall], StringComparison.Ordinal);
        Commit(new FirewallSet(Work, null));
        await view.FlushAsync();
        Assert.Empty(store.Files);
    }

    [Fact]
    public async Task The_files_go_with_their_qube_and_do_not_come_to_one_of_the_same_name()
    {
        Commit(new NotesSet(Work, "one"), new FirewallSet(Work, [Drop]));
        await view.FlushAsync();
        Commit(new QubeRemoved(Work), new QubeAdded(new QubeId(Guid.AllBitsSet), "work", QubeClass.AppVM, 1, [], [], [], []));
        await view.FlushAsync();
        Assert.Empty(store.Files);
    }

    [Fact]
    public async Task A_file_counts_again_when_it_was_written()
    {
        Commit(new NotesSet(Work, "one"));
        await view.FlushAsync();
        Assert.False(view.IsBehind(world.Qube(Work), QubeFileKind.Notes));
        var next = new QubeId(Guid.AllBitsSet);
        Commit(new QubeRemoved(Work), new QubeAdded(next, "work", QubeClass.AppVM, 1, [], [], [], []));
        Assert.True(view.IsBehind(world.Qube(next), QubeFileKind.Notes));
        Assert.False(view.IsBehind(world.Qube(Other), QubeFileKind.Notes));
        store.Broken.Add(WorkNotes);
        await Assert.ThrowsAnyAsync<IOException>(view.FlushAsync);
        Assert.True(view.IsBehind(world.Qube(next), QubeFileKind.Notes));
        store.Broken.Clear();
        await view.FlushAsync();
        Assert.False(view.IsBehind(world.Qube(next), QubeFileKind.Notes));
    }

    [Fact]
    public async Task A_burst_is_written_once_more_and_not_before_its_time()
    {
        var loop = view.RunAsync(stop.Token);
        Commit(new NotesSet(Work, "0"));
        await time.SleeperAsync();
        foreach (var number in Enumerable.Range(1, 1000))
        {
            Commit(new NotesSet(Work, $"{number}"));
        }

        await time.AdvanceAsync(TimeSpan.FromMilliseconds(100));
        await time.SleeperAsync();
        Assert.Equal([WorkNotes, WorkNotes], store.Writes);
        Assert.Equal("1000", store.Files[WorkNotes]);
        await stop.CancelAsync();
        await loop;
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_again_and_holds_up_no_other()
    {
        store.Broken.Add(WorkNotes);
        var loop = view.RunAsync(stop.Token);
        Commit(new NotesSet(Work, "one"), new NotesSet(Other, "two"));
        await time.SleeperAsync();
        Assert.Equal("two", store.Files[OtherNotes]);
        Assert.Equal(WorkNotes, Assert.Single(failures).Exception.Message);
        store.Broken.Clear();
        await time.AdvanceAsync(failures[0].RetryAfter);
        await time.SleeperAsync();
        Assert.Equal("one", store.Files[WorkNotes]);
        Assert.Equal([OtherNotes, WorkNotes], store.Writes);
        await stop.CancelAsync();
        await loop;
    }

    [Fact]
    public async Task Stopping_tells_what_could_not_be_written()
    {
        store.Broken.Add(WorkNotes);
        Commit(new NotesSet(Work, "one"), new NotesSet(Other, "two"));
        await Assert.ThrowsAsync<IOException>(view.FlushAsync);
        Assert.Equal("two", store.Files[OtherNotes]);
    }

    private void Commit(params DomainEvent[] events)
    {
        world = events.Aggregate(world, Evolve.Apply);
        view.Publish(world, [.. events.Select(@event => new RecordedEvent(default, default, @event.Stream, default, default, "", @event, null))]);
    }
}
