using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Qubes.Cqrs.Client;

/// <summary>A copy of the state of a Qubes OS system that stays current: one call of <c>qubes.cqrs.State</c>, then <c>qubes.cqrs.Changes</c>.</summary>
/// <remarks>
/// Documented in docs/bulk-read.md. The copy belongs to the one who enumerates <see cref="FollowAsync"/>; take what you need of it before
/// you ask for the next change. In dom0 the calls go to the socket of qubesd.
/// </remarks>
public sealed class QubesMirror(string socketPath)
{
    /// <summary>The version of the format that this client reads.</summary>
    public const int Format = 1;

    /// <summary>The state: see docs/bulk-read.md for its members. Empty until it was read.</summary>
    public JsonObject State { get; private set; } = [];

    /// <summary>The position that the state stands at.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the whole state.</summary>
    /// <exception cref="InvalidDataException">The daemon refused, or answered in a format that this client does not know.</exception>
    public async Task LoadAsync(CancellationToken ct)
    {
        using var reply = new MemoryStream();
        await using (var stream = await CallAsync("qubes.cqrs.State", "", ct))
            await stream.CopyToAsync(reply, ct);
        var text = Encoding.UTF8.GetString(reply.GetBuffer(), 0, (int)reply.Length);
        if (!text.StartsWith("0\0", StringComparison.Ordinal))
            throw new InvalidDataException($"The state was refused: {text.Replace('\0', ' ')}");
        var state = JsonNode.Parse(text[2..])?.AsObject() ?? throw new InvalidDataException("The state is no JSON object.");
        if (state["format"]?.GetValue<int>() != Format)
            throw new InvalidDataException($"The state has format {state["format"]}, this client reads {Format}.");
        (State, Position) = (state, state["position"]!.GetValue<long>()); // every state has one
    }

    /// <summary>Keeps the copy current; yields each patch after it was applied. Ends when the daemon closes the stream.</summary>
    /// <remarks>Where changes were lost, the whole state is read anew and null is yielded: anything may be different then. To go on after the
    /// daemon was restarted, call it again: it continues where the copy stands.</remarks>
    public async IAsyncEnumerable<JsonObject?> FollowAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var lost = State.Count == 0;
        while (true)
        {
            if (lost)
            {
                await LoadAsync(ct);
                yield return null;
            }

            lost = false;
            await using var stream = await CallAsync("qubes.cqrs.Changes", Position.ToString(CultureInfo.InvariantCulture), ct);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var fields = new Fields(reader);
            while (!lost && await fields.ReadEventAsync(ct) is var (name, values))
            {
                lost = name == "events-lost";
                if (name == "state-changed")
                    yield return Apply(values);
            }

            if (!lost)
                yield break;
        }
    }

    /// <summary>Applies a JSON merge patch (RFC 7396) to an object.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is not JsonObject inner)
                target[name] = value.DeepClone();
            else
            {
                if (target[name] is not JsonObject)
                    target[name] = new JsonObject();
                Merge((JsonObject)target[name]!, inner); // just made sure of
            }
        }
    }

    private JsonObject Apply(IReadOnlyDictionary<string, string> values)
    {
        if (long.Parse(values["from"], CultureInfo.InvariantCulture) != Position)
            throw new InvalidDataException($"A change continues from {values["from"]}, but the copy stands at {Position}.");
        var patch = JsonNode.Parse(values["patch"])!.AsObject(); // always an object
        Merge(State, patch);
        Position = long.Parse(values["position"], CultureInfo.InvariantCulture);
        State["position"] = Position;
        return patch;
    }

    private async Task<Stream> CallAsync(string method, string argument, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var plus = argument.Length == 0 ? "" : "+";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method}{plus}{argument} dom0 name dom0\0"), ct);
            socket.Shutdown(SocketShutdown.Send);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes EVENT messages apart: fields that end with NUL, the first empty key ends the message.</summary>
    private sealed class Fields(StreamReader reader)
    {
        private readonly char[] buffer = new char[16 * 1024];
        private readonly StringBuilder field = new();
        private int next;
        private int end;

        public async Task<(string Name, Dictionary<string, string> Values)?> ReadEventAsync(CancellationToken ct)
        {
            var kind = await ReadAsync(ct);
            if (kind is null)
                return null;
            await ReadAsync(ct); // the subject, which is always the system
            var name = await ReadAsync(ct);
            if (kind != "1")
                throw new InvalidDataException($"The changes were refused: {name}");
            var values = new Dictionary<string, string>();
            while (await ReadAsync(ct) is { Length: > 0 } key)
                values[key] = await ReadAsync(ct) ?? "";
            return name is null ? null : (name, values);
        }

        private async Task<string?> ReadAsync(CancellationToken ct)
        {
            field.Clear();
            while (true)
            {
                var nul = Array.IndexOf(buffer, '\0', next, end - next);
                field.Append(buffer, next, (nul < 0 ? end : nul) - next);
                next = nul < 0 ? end : nul + 1;
                if (nul >= 0)
                    return field.ToString();
                (next, end) = (0, await reader.ReadAsync(buffer, ct));
                if (end == 0)
                    return null; // the daemon closed the stream, perhaps within a message
            }
        }
    }
}
