using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Notices, from qubes that may write whatever they like.</summary>
public sealed class DatabaseNoticesTests
{
    private static readonly QubeId One = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly QubeId Two = new(new Guid(2, 0, 0, new byte[8]));

    private readonly DatabaseNotices notices = new();

    [Fact]
    public async Task The_same_key_waits_once()
    {
        notices.Add(One, "/a", "/a");
        notices.Add(One, "/a", "/a");
        notices.Add(Two, "/a", "/a");
        Assert.Equal([new(One, "/a"), new(Two, "/a")], await TakeAsync(2));
        notices.Add(One, "/a", "/a");
        Assert.Equal([new(One, "/a")], await TakeAsync(1));
    }

    [Fact]
    public async Task Too_many_keys_of_a_qube_become_the_one_that_is_watched()
    {
        for (var number = 0; number < 10_000; number++)
        {
            notices.Add(One, $"/a/{number}", "/a/");
        }

        notices.Add(Two, "/b", "/b");
        var taken = await TakeAsync(DatabaseNotices.MostOfQube + 2);
        Assert.Equal(new DatabaseNotice(One, "/a/"), taken[^2]);
        Assert.Equal(new DatabaseNotice(Two, "/b"), taken[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/a b")]
    [InlineData("/\u00e9")]
    [InlineData("/a\n")]
    public async Task What_is_no_path_is_left_out(string untrusted)
    {
        notices.Add(One, untrusted, "/");
        notices.Add(One, "/end", "/");
        Assert.Equal([new(One, "/end")], await TakeAsync(1));
    }

    private async Task<List<DatabaseNotice>> TakeAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var taken = new List<DatabaseNotice>();
        await foreach (var notice in notices.ReadAllAsync(patience.Token))
        {
            taken.Add(notice);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
