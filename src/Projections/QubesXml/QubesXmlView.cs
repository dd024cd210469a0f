using System.Security.Cryptography;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Keeps the store <c>qubes.xml</c> at the newest world: coalesced under load, never a second behind, flushed at shutdown.</summary>
/// <remarks>A write in progress is never cancelled: only then it is known what the file holds. Bytes that were written last are not written
/// again, so who starts the view compares the file with <see cref="QubesXmlViewOptions.Start"/> first.</remarks>
public sealed class QubesXmlView : IDisposable
{
    /// <summary>The view's name in <see cref="ICheckpoints"/>.</summary>
    public const string Name = "QubesXml:All";

    private readonly IViewFile file;
    private readonly ICheckpoints checkpoints;
    private readonly QubesXmlViewOptions options;
    private readonly ViewLoop loop;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lock publishing = new();
    private World? newest;
    private World? shown;
    private LogPosition? checkpoint;
    private volatile WrittenView written;

    /// <summary>Makes the view of a file; nothing is written before a world is published.</summary>
    public QubesXmlView(IViewFile file, ICheckpoints checkpoints, TimeProvider time, QubesXmlViewOptions? options = null)
    {
        (this.file, this.checkpoints, this.options) = (file, checkpoints, options ?? new QubesXmlViewOptions());
        written = this.options.Start;
        loop = new ViewLoop(time, this.options, WriteNewestAsync);
    }

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

        loop.Signal();
    }

    /// <summary>Writes what is published until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => loop.RunAsync(ct);

    /// <summary>Writes the newest published world now, unless the file shows it already. Errors are the caller's.</summary>
    public Task FlushAsync(CancellationToken ct) => WriteNewestAsync(ct);

    /// <summary>Writes a world now, whatever was written before: a store that was rebuilt. The caller sees to it that no newer one is published meanwhile.</summary>
    public async Task RewriteAsync(World world, CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        lock (publishing)
        {
            (newest, shown, written) = (world, null, written with { Digest = "" });
        }

        writing.Release();
        await WriteNewestAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

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
