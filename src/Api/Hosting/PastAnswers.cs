using System.Collections.Frozen;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Answers calls that only read as they would have been answered in a state of the past.</summary>
/// <remarks>The handlers are those of the daemon; what they could change with is not there. What the log does not tell (figures of the host, what lies on disks,
/// streams) is refused. The payload is empty: no method that only reads takes one, but for those of the older documents about volumes.</remarks>
/// <param name="world">The state.</param>
/// <param name="time">The time that counts as now: that of the state's last event.</param>
public sealed class PastAnswers(World world, DateTimeOffset time)
{
    private static readonly FrozenSet<string> OfTheHost = FrozenSet.ToFrozenSet(
    [
        "admin.Events", "qubes.cqrs.Changes", "admin.vm.Stats", "admin.vm.CurrentState", "admin.pool.Info", "admin.pool.UsageDetails", "admin.pool.volume.List",
        "admin.backup.Info", "qubes.cqrs.Log",
    ]);

    private readonly FrozenDictionary<string, AdminMethodHandler> methods = new AdminMethods(AdminServices.None with
    {
        Files = new QubeFileReader(new RootedPaths("/nonexistent")), // what lies in folders today says nothing of then
        Changes = new StateChanges(new StateChangesOptions()),
        Time = new StoppedTime(time),
    }).Build();

    /// <summary>The methods that can be answered.</summary>
    public static IEnumerable<AdminMethod> Methods => MethodTable.All.Where(method =>
        method is { Socket: SocketKind.Admin, Access: MethodAccess.Read, IsAddOn: false } && AdminMethods.Built.Contains(method.Name) && !OfTheHost.Contains(method.Name));

    /// <summary>Answers a call; a refusal of the API is a reply as well.</summary>
    /// <param name="method">The method.</param>
    /// <param name="argument">Its argument, or empty.</param>
    /// <param name="source">The calling qube.</param>
    /// <param name="destination">The qube that it is about.</param>
    /// <param name="reply">Takes the reply.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The refusal, with its name on the wire; null when it was granted.</returns>
    /// <exception cref="PastAnswerException">The method does not only read, or needs more than the log.</exception>
    public async Task<string?> AnswerAsync(string method, string argument, string source, string destination, ReplyWriter reply, CancellationToken ct)
    {
        var request = ToRequest(method, argument, source, destination);
        if (request.Entry is { } entry && !Methods.Contains(entry))
        {
            throw new PastAnswerException(entry.Access != MethodAccess.Read ? $"{method} does not only read: the past cannot be changed"
                : OfTheHost.Contains(method) ? $"{method} tells of the host at the moment, of which the log knows nothing"
                : $"{method} is not available");
        }

        try
        {
            await new AdminRequestHandler(() => world, methods).HandleAsync(request, reply, ct).ConfigureAwait(false);
            return null;
        }
        catch (DomainException refusal) when (ErrorTable.TryWrite(reply, refusal))
        {
            return $"{ErrorTable.Find(refusal.GetType())?.ClassName}: {refusal.Message}";
        }
    }

    // Through the frame, so that no request gets further than a socket would let it.
    private static Request ToRequest(string method, string argument, string source, string destination)
    {
        var text = $"{method}+{argument} {source} name {destination}\0";
        if (!Ascii.IsValid(text) || RequestFrame.Parse(Encoding.ASCII.GetBytes(text), out var frame) != FrameStatus.Ok)
        {
            throw new PastAnswerException("method, argument, source and destination do not make a request");
        }

        var name = Encoding.ASCII.GetString(frame.Method);
        return new Request(NoConnection.Instance)
        {
            Socket = SocketKind.Admin,
            Entry = MethodTable.Find(SocketKind.Admin, name),
            Method = name,
            Argument = Encoding.ASCII.GetString(frame.Argument),
            Source = Encoding.ASCII.GetString(frame.Source),
            Destination = Encoding.ASCII.GetString(frame.Destination),
        };
    }

    private sealed class StoppedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class NoConnection : IRequestConnection
    {
        internal static readonly NoConnection Instance = new();

        public Peer GetPeer() => new(-1, -1, "");

        public IEventStreamConnection OpenStream() => throw new PastAnswerException("a stream cannot be answered from the past");
    }
}

/// <summary>A call cannot be answered from the past; the text says why.</summary>
public sealed class PastAnswerException(string message) : Exception(message);
