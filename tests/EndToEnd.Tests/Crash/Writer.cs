using System.Net.Sockets;
using System.Xml.Linq;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One write: the request, the text that nothing else in the log carries, and the value that stands afterwards.</summary>
internal sealed record Write(AdminRequest Request, string Token, string? Value);

/// <summary>One client that writes as fast as it is answered, each write a value of its own, and knows what must be there.</summary>
/// <remarks>
/// It has at most one write whose outcome it does not know; after a crash that one is there, once, or it is not. What was
/// acknowledged is there; what was answered with "nothing was changed" is not.
/// </remarks>
internal abstract class Writer(string prefix)
{
    private static readonly SendOptions Patient = new() { Timeout = TimeSpan.FromSeconds(60) };

    private int number;
    private string? gone;
    private Write? pending;

    /// <summary>The value that has to stand now, or null for none.</summary>
    protected string? Current { get; private set; }

    /// <summary>How often each write has to be in the log, by method and token.</summary>
    public Dictionary<(string Method, string Token), int> Ledger { get; } = [];

    public int Acknowledged { get; private set; }

    public int Refused { get; private set; }

    /// <summary>The last write broke off without an answer.</summary>
    public bool IsUncertain => pending is not null;

    /// <summary>The write that broke off, if one did: it is in the log once or not at all.</summary>
    public (string Method, string Token)? Uncertain => pending is { } write ? (write.Request.Method, write.Token) : null;

    /// <summary>Writes until told to stop, or until a write has no answer.</summary>
    public async Task RunAsync(AdminClient client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && pending is null)
        {
            var write = Next($"{prefix}n{++number}");
            Expect(write, 0);
            pending = write;
            AdminReply reply;
            try
            {
                // Not to be cancelled: a write that we break off ourselves would have no known outcome.
                reply = await client.SendAsync(write.Request.ToBytes(), CancellationToken.None, Patient);
            }
            catch (SocketException)
            {
                // Nobody took the connection, so nothing was sent.
                pending = null;
                return;
            }

            await SettleAsync(reply, write);
        }
    }

    /// <summary>Compares what the daemon shows with what has to be there, and finds out what became of a write without an answer.</summary>
    /// <returns>True when that write is there, false when not, null when there was none.</returns>
    public async Task<bool?> ResolveAsync(AdminClient client, CancellationToken ct)
    {
        var shown = await ReadAsync(client, Current ?? pending?.Value ?? "", ct);
        if (pending is null)
        {
            Assert.True(shown == Current, $"{this}: {Current ?? "nothing"} was acknowledged, but {shown ?? "nothing"} is there.");
            if (Current is null && gone is not null)
                Assert.True(await ReadAsync(client, gone, ct) is null, $"{this}: the removal of {gone} was acknowledged, but it is there.");
            return null;
        }

        Assert.True(
            shown == Current || shown == pending.Value,
            $"{this}: {Current ?? "nothing"} was acknowledged and {pending.Value ?? "nothing"} under way, but {shown ?? "nothing"} is there.");
        var made = shown == pending.Value;
        if (made)
            Make(pending);
        pending = null;
        return made;
    }

    /// <summary>Whether the store on disk has caught up with this writer.</summary>
    public bool IsIn(XDocument store) => InStore(store, Current);

    public override string ToString() => $"{GetType().Name} {prefix}";

    protected abstract Write Next(string token);

    /// <summary>What the daemon shows; <paramref name="candidate"/> is the name to ask for where there are many.</summary>
    protected abstract Task<string?> ReadAsync(AdminClient client, string candidate, CancellationToken ct);

    protected abstract bool InStore(XDocument store, string? value);

    protected static XElement? Qube(XDocument store, string name) =>
        store.Descendants("domain").FirstOrDefault(domain => Named(domain.Element("properties"), "property", "name")?.Value == name);

    protected static XElement? Named(XElement? parent, string element, string name) =>
        parent?.Elements(element).FirstOrDefault(child => child.Attribute("name")?.Value == name);

    private async Task SettleAsync(AdminReply reply, Write write)
    {
        switch (reply.Kind)
        {
            case ReplyKind.Ok:
                Acknowledged++;
                Make(write);
                pending = null;
                break;
            case ReplyKind.Exception when reply.ExceptionMessage.Contains("nothing was changed", StringComparison.OrdinalIgnoreCase):
                Refused++;
                pending = null;
                await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
                break;
            case ReplyKind.Exception when !reply.ExceptionMessage.Contains("unknown", StringComparison.OrdinalIgnoreCase):
                Assert.Fail($"{this}: {write.Request.Method}+{write.Request.Arg} was answered with {reply}");
                break;
            default:
                // No answer, or one that says that nobody knows.
                break;
        }
    }

    private void Make(Write write)
    {
        gone = write.Value is null ? Current : null;
        Current = write.Value;
        Expect(write, 1);
    }

    private void Expect(Write write, int times)
    {
        var key = (write.Request.Method, write.Token);
        Ledger[key] = Math.Max(Ledger.GetValueOrDefault(key), times);
    }
}
