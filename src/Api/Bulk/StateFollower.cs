using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>A client of <c>qubes.cqrs.Changes</c>: knows what it showed last, and sends what leads from there to the newest state.</summary>
/// <remarks>
/// Nothing queues up for it: a client that reads slowly gets fewer and larger steps. It is the difference of two states that is sent, so
/// there is neither a gap nor a repeat, and a change that was refused cannot be in it.
/// </remarks>
internal sealed class StateFollower(StateChanges changes, CallPolicy policy, QubeId caller)
{
    private static readonly byte[] Everything = System.Text.Encoding.ASCII.GetBytes(
        "{" + string.Concat(StateJson.Groups.Select(group => $"\"{group.Name}\":null,")) + "\"qubes\":null}");

    private static readonly ReadOnlyMemory<byte> Lost = "1\0\0events-lost\0\0"u8.ToArray();

    /// <summary>Serves the stream until the client goes, the caller is no more, or the states no longer follow on one another.</summary>
    /// <param name="connection">The stream.</param>
    /// <param name="position">Where the client knows the state.</param>
    /// <param name="arrival">The state when the call arrived, which may not have been published yet.</param>
    internal async Task RunAsync(IEventStreamConnection connection, LogPosition position, World arrival)
    {
        var ct = connection.Disconnected;
        var breaks = changes.Breaks;
        await connection.SendAsync(EventEncoder.ConnectionEstablished, ct).ConfigureAwait(false);
        if (await BeginAsync(connection, position, arrival, ct).ConfigureAwait(false) is not { } shown)
        {
            await connection.SendAsync(Lost, ct).ConfigureAwait(false);
            return;
        }

        var told = position;
        while (true)
        {
            var next = changes.Next;
            var world = changes.Current;
            if (changes.Breaks != breaks)
            {
                await connection.SendAsync(Lost, ct).ConfigureAwait(false);
                return;
            }

            if (!IsNews(world, shown.World))
            {
                await next.WaitAsync(ct).ConfigureAwait(false);
            }
            else if (world.Find(caller) is { } still)
            {
                var view = new CallerView(world, policy.Of(world, still));
                var parts = await changes.ShowAsync(view, shown).ConfigureAwait(false);
                told = await SendAsync(connection, told, shown, parts, view.IsWhole, ct).ConfigureAwait(false) ? world.Position : told;
                shown = parts;
                await Task.Delay(changes.Options.Pause, ct).ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }
    }

    private async ValueTask<StateParts?> BeginAsync(IEventStreamConnection connection, LogPosition position, World arrival, CancellationToken ct)
    {
        // By which policy another caller saw an earlier state is not known, so what it has of it is no ground to stand on.
        var seesAll = caller == QubeId.Dom0;
        var forgets = changes.Options.ForgetsDisposables || !seesAll;
        var start = arrival.Position == position && !forgets ? arrival : await changes.FindAsync(position).ConfigureAwait(false);
        if (seesAll && start?.Find(caller) is { } source)
        {
            return await changes.ShowAsync(new CallerView(start, policy.Of(start, source)), null).ConfigureAwait(false);
        }

        if (!forgets || (position > changes.Current.Position && position > arrival.Position) || arrival.Find(caller) is null)
        {
            return null;
        }

        // Nor does the log know which disposables the client has seen there: it forgets everything and gets all that there is.
        using var message = new ReplyWriter();
        Begin(message, position, position).Append(Everything);
        await connection.SendAsync(message.Append("\0\0"u8).Written, ct).ConfigureAwait(false);
        return StateParts.Nothing(World.Empty with { Position = position });
    }

    // Who has forgotten everything (there is not even dom0) has to be told at once, also where nothing happened since.
    private bool IsNews(World world, World shown) => world.Position > shown.Position ||
        ((changes.Options.ForgetsDisposables || shown.Qubes.IsEmpty) && world.Position == shown.Position && !ReferenceEquals(world, shown));

    private static ReplyWriter Begin(ReplyWriter message, LogPosition from, LogPosition to) => message.Append("1\0\0state-changed\0from\0"u8)
        .Append(from.Value).Append("\0position\0"u8).Append(to.Value).Append("\0patch\0"u8);

    // Who does not see everything must not learn either when something happened that it does not see.
    private static async ValueTask<bool> SendAsync(
        IEventStreamConnection connection, LogPosition told, StateParts from, StateParts to, bool isWhole, CancellationToken ct)
    {
        using var message = new ReplyWriter();
        Begin(message, told, to.World.Position);
        bool changed;
        await using (var json = StateJson.Writer(message))
        {
            changed = StatePatch.Write(json, from, to);
        }

        var isTold = changed || (isWhole && told != to.World.Position);
        if (isTold)
        {
            await connection.SendAsync(message.Append("\0\0"u8).Written, ct).ConfigureAwait(false);
        }

        return isTold;
    }
}
