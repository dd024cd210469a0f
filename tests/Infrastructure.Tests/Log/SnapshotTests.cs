using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class SnapshotTests(TestServer server) : IAsyncLifetime
{
    private static readonly byte[] SomeHash = Enumerable.Range(0, 32).Select(number => (byte)number).ToArray();
    private readonly string file = Path.Combine(Path.GetTempPath(), "qubes-snapshot-" + Guid.NewGuid().ToString("N"), "newest");
    private TestDatabase database = null!; // made before each test
    private EventLogHost log = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        log = await database.OpenAsync(options => options with { SnapshotFile = file });
        await log.Appender.AppendAsync(Given.Tags(1, Enumerable.Range(0, 10).Select(number => "t" + number)), default);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await database.DisposeAsync();
        if (Path.GetDirectoryName(file) is { } directory && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_snapshot_gives_back_the_very_same_world() =>
        Prop.ForAll(RandomWorlds.Arbitrary, world =>
        {
            var bytes = SnapshotFormat.Write(world, SomeHash, EventSerializer.Default);
            var header = SnapshotFormat.ReadHeader(bytes) ?? throw new InvalidOperationException("no header");
            var read = SnapshotFormat.ReadWorld(bytes, header, EventSerializer.Default) ?? throw new InvalidOperationException("no world");
            Assert.Equal(RandomWorlds.Describe(world), RandomWorlds.Describe(read));
            Assert.Equal(SomeHash, header.Hash);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_damaged_snapshot_is_no_snapshot() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<byte>(), (place, change) =>
        {
            var bytes = SnapshotFormat.Write(World.Empty, SomeHash, EventSerializer.Default);
            bytes[place.Get % bytes.Length] ^= (byte)(change | 1);
            return SnapshotFormat.ReadHeader(bytes) is null && SnapshotFormat.ReadHeader(bytes.AsSpan(0, place.Get % bytes.Length)) is null;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task The_newest_snapshot_up_to_a_position_is_found()
    {
        Assert.Null(await log.Snapshots.FindAsync(null, default));
        foreach (var position in new[] { 2, 5, 9 })
        {
            await log.Snapshots.SaveAsync(At(position), default);
        }

        Assert.Equal(9, (await log.Snapshots.FindAsync(null, default))?.Position.Value);
        Assert.Equal(9, (await log.Snapshots.FindAsync(new LogPosition(9), default))?.Position.Value);
        Assert.Equal(5, (await log.Snapshots.FindAsync(new LogPosition(8), default))?.Position.Value);
        Assert.Null(await log.Snapshots.FindAsync(new LogPosition(1), default));
        Assert.Equal(9, SnapshotStore.FindInFile(file, null, EventSerializer.Default)?.Position.Value);
        Assert.Null(SnapshotStore.FindInFile(file, new LogPosition(8), EventSerializer.Default));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Only_the_newest_and_one_of_each_stretch_are_kept()
    {
        foreach (var position in new[] { 1, 2, 3, 4, 5, 6 })
        {
            await log.Snapshots.SaveAsync(At(position), default);
        }

        Assert.Equal(["1", "4", "5", "6"], await database.ListAsync("select position::text from qubes.qubes_snapshots order by position"));
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_read_gives_way_to_an_older_one()
    {
        await log.Snapshots.SaveAsync(At(2), default);
        await log.Snapshots.SaveAsync(At(5), default);
        await database.ExecuteAsync("update qubes.qubes_snapshots set data = overlay(data placing '\\x00' from length(data)) where position = 5");
        await File.WriteAllTextAsync(file, "rubbish", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await log.Snapshots.FindAsync(null, default))?.Position.Value);
        await database.ExecuteAsync("update qubes.qubes_snapshots set format = 77");
        Assert.Null(await log.Snapshots.FindAsync(null, default));
    }

    [Fact]
    public async Task A_snapshot_of_another_history_does_not_count()
    {
        await log.Snapshots.SaveAsync(At(5), default);
        await database.ExecuteAsync("update qubes.mt_events set headers = jsonb_set(headers, '{Hash}', to_jsonb(repeat('0', 64))) where seq_id = 5");
        Assert.Null(await log.Snapshots.FindAsync(null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => log.Snapshots.SaveAsync(At(11), default));
    }

    [Fact]
    public async Task Without_the_server_the_file_is_enough()
    {
        await log.Snapshots.SaveAsync(At(5), default);
        await server.ExecuteAsync($"alter database {new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database} allow_connections false");
        await database.TerminateAsync(server);
        Assert.Equal(5, (await log.Snapshots.FindAsync(null, default))?.Position.Value);
        Assert.Null(await log.Snapshots.FindAsync(new LogPosition(4), default));
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.Snapshots.SaveAsync(At(6), default));
    }

    private static World At(long position) => Evolve.Apply(World.Empty, new LabelAdded(1, "red", "0xff0000")) with { Position = new LogPosition(position) };
}
