using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class CheckpointTests(TestServer server)
{
    [Fact]
    public async Task A_checkpoint_moves_only_from_where_it_stands()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var log = await database.OpenAsync();
        var checkpoints = log.Checkpoints;
        const string View = "QubesXml:All";
        Assert.Equal(LogPosition.Start, await checkpoints.FindAsync(View, default));
        Assert.False(await checkpoints.AdvanceAsync(View, new LogPosition(3), new LogPosition(4), default));
        Assert.True(await checkpoints.AdvanceAsync(View, LogPosition.Start, new LogPosition(4), default));
        Assert.False(await checkpoints.AdvanceAsync(View, LogPosition.Start, new LogPosition(5), default));
        Assert.True(await checkpoints.AdvanceAsync(View, new LogPosition(4), new LogPosition(9), default));
        Assert.False(await checkpoints.AdvanceAsync(View, new LogPosition(4), new LogPosition(9), default));
        Assert.Equal(new LogPosition(9), await checkpoints.FindAsync(View, default));
        Assert.Equal(LogPosition.Start, await checkpoints.FindAsync("Other:All", default));
        Assert.True(await checkpoints.AdvanceAsync(View, new LogPosition(9), LogPosition.Start, default));
        Assert.True(await checkpoints.AdvanceAsync(View, LogPosition.Start, new LogPosition(1), default));
        await Assert.ThrowsAsync<ArgumentException>(() => checkpoints.AdvanceAsync("HighWaterMark", LogPosition.Start, new LogPosition(1), default));
    }
}
