using System.Security.Cryptography;
using System.Threading.Channels;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps the store <c>qubes.xml</c> at the newest world: coalesced under load, never a second behind, flushed at shutdown.</summary>
/// <remarks>A write in progress is never cancelled: only then it is known what the file holds. Bytes that were written last are not written
/// again, so who starts the view compares the file with <see cref="QubesXmlViewOptions.Start"/> first.</remarks>
public sealed class QubesXmlView(IViewFile file, ICheckpoints checkpoints, TimeProvider time, QubesXmlViewOptions? options = null) : IDisposable
{
    /// <summary>The view's name in <see cref="ICheckpoints"/>.</summary>
    public const string Name = "QubesXml:All";

    private readonly QubesXmlViewOptions options = options ?? new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock publishing = new();
    private World? newest;
    private World? shown;
    private LogPosition? checkpoint;
    private volatile WrittenView written = options?.Start ?? WrittenView.None;

    /// <summary>What was written last.</summary>
    public WrittenView Written => written;

    /// <summary>The position of what was written last.</summary>
    public LogPosition WrittenPosition => written.Position;

    /// <summary>The SHA-256 of what was written last, in lower-case hexadecimal.</summary>
    public string WrittenDigest => written.Digest;

    /// <summary>Hands over a world to be shown; never blocks. One that is older than the newest known is ignored.</summary>
    public void Publish(World world)
    {
        lock (publishing)
        {
            if (newest is not null && world.Position < newest.Position)
            {
                return;
            }

            newest = world;
        }

        signal.Writer.TryWrite(true);
    }

    /// <summary>Writes what is published until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await signal.Reader.ReadAsync(ct);
                var wait = options.Interval;
                try
                {
                    await WriteNewestAsync(ct);
                    failures = 0;
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    wait = RetryAfter(++failures);
                    options.Failed?.Invoke(new ViewFailure(exception, failures, wait));
                    signal.Writer.TryWrite(true);
                }

                await Task.Delay(wait, time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Writes the newest published world now, unless the file shows it already. Errors are the caller's.</summary>
    public Task FlushAsync(CancellationToken ct) => WriteNewestAsync(ct);

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private TimeSpan RetryAfter(int failures)
    {
        const int mostDoublings = 20;
        var wait = options.FirstRetry * Math.Pow(2, Math.Min(failures - 1, mostDoublings));
        return wait < options.LongestRetry ? wait : options.LongestRetry;
    }

    private async Task WriteNewestAsync(CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        try
        {
            var world = Volatile.Read(ref newest);
            if (world is null || ReferenceEquals(world, shown))
            {
                return;
            }

            var content = QubesXmlWriter.Write(world);
            var digest = Convert.ToHexStringLower(SHA256.HashData(content));
            if (digest != written.Digest)
            {
                await file.WriteAsync(content, CancellationToken.None);
            }

            if (digest != written.Digest || world.Position != written.Position)
            {
                written = new WrittenView(world.Position, digest);
                options.Written?.Invoke(written);
            }

            await AdvanceAsync(world.Position, ct);
            shown = world;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Moves the checkpoint along; one that somebody moved meanwhile (a rebuild) is taken as it is found.</summary>
    private async Task AdvanceAsync(LogPosition to, CancellationToken ct)
    {
        var from = checkpoint ?? await checkpoints.FindAsync(Name, ct);
        checkpoint = null;
        if (from != to && !await checkpoints.AdvanceAsync(Name, from, to, ct))
        {
            from = await checkpoints.FindAsync(Name, ct);
            if (from != to && !await checkpoints.AdvanceAsync(Name, from, to, ct))
            {
                throw new InvalidOperationException($"the checkpoint {Name} is moved by somebody else");
            }
        }

        checkpoint = to;
    }
}
