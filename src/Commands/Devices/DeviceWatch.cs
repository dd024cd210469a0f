using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Looks at which block devices qubes offer, when they write something there.</summary>
/// <remarks>What qubes write is hostile: bounded in number and length, cleaned, and looked at more and more slowly when a qube goes on writing, since every
/// change goes to the log. Source: spec, devices 6; qubesdb.md 5.</remarks>
internal sealed class DeviceWatch(DeviceContext context, AutoConnector auto)
{
    /// <summary>The verb under which the log keeps what was found.</summary>
    internal const string Verb = "qubesd.devices";

    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, Pace> paces = [];

    /// <summary>Follows the notices until the end.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        await foreach (var notice in context.Ports.Notices.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (notice.UntrustedPath == DeviceObservations.WatchedKey && (notice.Qube == QubeId.Dom0 || PowerStates.Active(context.World, notice.Qube) is not null))
            {
                Hint(notice.Qube, stop);
            }
        }
    }

    /// <summary>Looks at what a qube offers that nobody said has changed.</summary>
    /// <param name="qube">The qube; dom0 as well.</param>
    /// <param name="isFirst">Whether nobody has heard of its devices yet, so that nobody is told.</param>
    /// <param name="call">What it belongs to.</param>
    /// <param name="stop">Ends the waiting.</param>
    internal Task LookAsync(QubeId qube, bool isFirst, Call call, CancellationToken stop) =>
        context.TryAsync(qube, "look for", BlockDevice.Class, () => LookAsync(qube, null, isFirst, call, stop), stop);

    /// <summary>Forgets how often a qube wrote.</summary>
    internal void Forget(QubeId qube)
    {
        lock (gate)
        {
            paces.Remove(qube);
        }
    }

    private void Hint(QubeId qube, CancellationToken stop)
    {
        lock (gate)
        {
            var pace = paces.TryGetValue(qube, out var known) ? known : paces[qube] = new Pace(context);
            pace.IsWanted = true;
            if (!pace.IsBusy)
            {
                pace.IsBusy = true;
                _ = Task.Run(() => context.TryAsync(qube, "look for", BlockDevice.Class, () => FollowAsync(qube, pace, stop), stop), CancellationToken.None);
            }
        }
    }

    private async Task FollowAsync(QubeId qube, Pace pace, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(pace.NextPause(), context.Time, stop).ConfigureAwait(false);
            lock (gate)
            {
                if (!pace.IsWanted)
                {
                    pace.IsBusy = false;
                    return;
                }

                pace.IsWanted = false;
            }

            await context.TryAsync(
                qube, "look for", BlockDevice.Class, () => LookAsync(qube, DeviceObservations.WatchedKey, false, Call.OfDaemon(Verb), stop), stop).ConfigureAwait(false);
            pace.Looked();
        }
    }

    private async Task LookAsync(QubeId id, string? path, bool isFirst, Call call, CancellationToken stop)
    {
        var world = context.World;
        var run = PowerStates.Active(world, id)?.Id;
        if (world.Find(id) is not { } qube || (run is null) != qube.IsDom0)
        {
            return;
        }

        var found = await ReadAsync(qube, stop).ConfigureAwait(false) ?? KnownDevices.OfferedBlocks(world, qube);
        var before = Addresses(world, qube);
        await context.NoteAsync(
            id,
            draft =>
            {
                if (isFirst && run is not null)
                {
                    DeviceObservations.NoteFirst(draft, id, run, found);
                }
                else
                {
                    DeviceObservations.Note(draft, id, run, found, path);
                }
            },
            call).ConfigureAwait(false);
        if (!isFirst)
        {
            auto.Offer(KnownDevices.Of(context.World, qube, BlockDevice.Class).Where(device => !before.Contains(device.Address)).ToList(), call, stop);
        }
    }

    private static HashSet<DeviceAddress> Addresses(World world, Qube qube) => [.. KnownDevices.Of(world, qube, BlockDevice.Class).Select(device => device.Address)];

    // Null when there is nothing to read, or too much of it: then what was known holds.
    private async Task<EquatableArray<BlockDevice>?> ReadAsync(Qube qube, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(context.Options.ReadTimeout);
        if (await context.Ports.Databases.ReadAsync(qube.Name, BlockAnnouncements.Prefix, patience.Token).ConfigureAwait(false) is not { } entries)
        {
            DeviceLog.NotRead(context.Logger, qube.Id, "it has no database now, or too many keys");
            return null;
        }

        // Every byte is a character of its own: what is no letter of a device is replaced anyway.
        return BlockAnnouncements.Read(entries.ToDictionary(
            entry => entry.UntrustedPath, entry => Encoding.Latin1.GetString(entry.UntrustedValue.Span), StringComparer.Ordinal));
    }

    /// <summary>How fast a qube is looked at.</summary>
    private sealed class Pace(DeviceContext context)
    {
        private TimeSpan pause = context.Options.LeastPause;
        private long? last;

        internal bool IsWanted { get; set; }

        internal bool IsBusy { get; set; }

        internal void Looked() => last = context.Time.GetTimestamp();

        /// <summary>How long to wait before the next look: nothing at first, and longer and longer while there is no rest between two.</summary>
        internal TimeSpan NextPause()
        {
            if (last is not { } before)
            {
                return TimeSpan.Zero;
            }

            var elapsed = context.Time.GetElapsedTime(before);
            pause = elapsed > 4 * pause ? context.Options.LeastPause : pause < context.Options.MostPause / 2 ? 2 * pause : context.Options.MostPause;
            return elapsed < pause ? pause - elapsed : TimeSpan.Zero;
        }
    }
}
