using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class EphemeralJournalTests : IDisposable
{
    private static readonly Guid Log = new("11111111-2222-3333-4444-555555555555");
    private readonly string folder = Path.Combine(Path.GetTempPath(), "qubes-journal-" + Guid.NewGuid().ToString("N"));

    private string FilePath => Path.Combine(folder, "events");

    public EphemeralJournalTests() => EphemeralJournal.PrepareFolder(folder, NullLogger.Instance);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_appended_is_read_back()
    {
        using var journal = Begin(World.Empty);
        var metadata = new EventMetadata("c", "d", "disp1")
        {
            Method = "m",
            Argument = "a\0b\ud800",
            Destination = "x",
            Peer = new Peer(1, 2, "p"),
            Announced = [new Announcement(Given.Qube(1), "disp1", "e", [new AnnouncementArgument("k", "v")])],
        };
        var batch = new EphemeralBatch(new LogPosition(7), 2, "c",
        [
            .. SampleEvents.All.Select(sample => new EphemeralEntry(new EphemeralChange(sample.Stream, false, [sample]), Given.Time, metadata)),
            new EphemeralEntry(new EphemeralChange(StreamName.System, true, []), Given.Time, metadata),
        ]);
        Assert.Equal(1, journal.Append(batch));
        Assert.Equal(SampleEvents.All.Count + 1, journal.Append(Batch(1)));
        var read = EphemeralJournal.Read(folder, EventSerializer.Default)!;
        Assert.Equal((Log, SampleEvents.All.Count + 2L, 2), (read.Log, read.NextNumber, read.Batches.Length));
        Assert.Equal((batch.After, batch.Kept, batch.Correlation), (read.Batches[0].Batch.After, read.Batches[0].Batch.Kept, read.Batches[0].Batch.Correlation));
        Assert.Equal(batch.Entries.AsEnumerable(), read.Batches[0].Batch.Entries);
        Assert.Equal([1, SampleEvents.All.Count + 1L], read.Batches.Select(one => one.FirstNumber));
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        using var journal = Begin(World.Empty);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_batch_that_is_taken_back_was_never_there()
    {
        using var journal = Begin(World.Empty);
        journal.Append(Batch(1));
        journal.Settle(WithDisposable());
        var before = File.ReadAllBytes(FilePath);
        Assert.Equal(2, journal.Append(Batch(2)));
        journal.TakeBack();
        journal.TakeBack();
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        Assert.Equal(2, journal.Append(Batch(3)));
        Assert.Equal(2, EphemeralJournal.Read(folder, EventSerializer.Default)!.Batches.Length);
    }

    [Fact]
    public void Wherever_the_end_is_torn_or_changed_all_before_it_is_read()
    {
        var ends = new List<long>();
        using (var journal = Begin(World.Empty))
        {
            for (var number = 1; number <= 4; number++)
            {
                ends.Add(new FileInfo(FilePath).Length);
                journal.Append(Batch(number));
            }
        }

        var whole = File.ReadAllBytes(FilePath);
        Prop.ForAll(Gen.Choose(0, whole.Length - 1).ToArbitrary(), Arb.From(Gen.Elements(true, false)), (place, isTorn) =>
        {
            var bytes = isTorn ? whole[..place] : [.. whole];
            if (!isTorn)
            {
                bytes[place] ^= 0x41;
            }

            File.WriteAllBytes(FilePath, bytes);
            var read = EphemeralJournal.Read(folder, EventSerializer.Default);
            var expected = ends.Count(end => end <= place) - 1;
            return expected < 0 ? read is null : read!.Batches.Length == expected && read.NextNumber == expected + 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void It_does_not_grow_for_ever_and_goes_on_with_its_numbers()
    {
        using var journal = Begin(World.Empty);
        var world = WithDisposable();
        for (var number = 1; number <= 20_000; number++)
        {
            journal.Append(Batch(number));
            journal.Settle(world);
        }

        Assert.InRange(new FileInfo(FilePath).Length, 1, 3 << 20);
        var read = EphemeralJournal.Read(folder, EventSerializer.Default)!;
        Assert.Equal(20_001, read.NextNumber);
        var restored = Retentions.Restore(world.Kept, read.Batches.SelectMany(batch => batch.Batch.Entries).Select(entry => entry.Change));
        Assert.Contains(Given.Qube(1), restored.Qubes.Keys);

        journal.Settle(world.Kept);
        Assert.Empty(EphemeralJournal.Read(folder, EventSerializer.Default)!.Batches);
        Assert.Equal(20_001, journal.Append(Batch(1)));
    }

    [Fact]
    public void Without_a_file_there_is_nothing_to_read()
    {
        Assert.Null(EphemeralJournal.Read(folder, EventSerializer.Default));
        Assert.False(EphemeralJournal.Exists(folder));
        File.WriteAllText(FilePath, "something else, and long enough to hold a length and a checksum");
        Assert.Null(EphemeralJournal.Read(folder, EventSerializer.Default));
        Assert.True(EphemeralJournal.Exists(folder));
    }

    [Fact]
    public void What_a_state_holds_beside_the_log_is_what_a_journal_begins_with()
    {
        var world = WithDisposable();
        Begin(world).Dispose();
        var read = EphemeralJournal.Read(folder, EventSerializer.Default)!;
        var restored = Retentions.Restore(world.Kept, read.Batches.SelectMany(batch => batch.Batch.Entries).Select(entry => entry.Change));
        Assert.Equal(RandomWorlds.Describe(world), RandomWorlds.Describe(restored));
    }

    private static World WithDisposable() => Retentions.Divide(World.Empty with { Position = new LogPosition(5) }, new QubeAdded(
        Given.Qube(1), "disp1", QubeClass.DispVM, 1, [new NamedValue("auto_cleanup", PropertyValue.True)], [], [], [])).After;

    private static EphemeralBatch Batch(int number) => new(new LogPosition(5), 0, "",
        [new EphemeralEntry(new EphemeralChange(StreamName.OfQube(Given.Qube(1)), false, [new TagAdded(Given.Qube(1), "t" + number)]), Given.Time, Given.Metadata)]);

    private EphemeralJournal Begin(World world) => EphemeralJournal.Begin(folder, Log, 1, world, EventSerializer.Default, null, NullLogger.Instance);
}
