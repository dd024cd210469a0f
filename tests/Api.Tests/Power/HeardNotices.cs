using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Passes notices on to their one reader, and keeps each for a test to read after it.</summary>
/// <param name="inner">Where the notices come from.</param>
internal sealed class HeardNotices(IDatabaseNotices inner) : IDatabaseNotices
{
    private readonly Channel<DatabaseNotice> heard = Channel.CreateUnbounded<DatabaseNotice>();

    /// <summary>What the one reader took, in its order.</summary>
    internal ChannelReader<DatabaseNotice> Heard => heard.Reader;

    public async IAsyncEnumerable<DatabaseNotice> ReadAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var notice in inner.ReadAllAsync(ct))
        {
            heard.Writer.TryWrite(notice);
            yield return notice;
        }
    }
}
