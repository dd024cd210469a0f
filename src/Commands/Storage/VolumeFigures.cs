using System.Collections.Concurrent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What volumes take on the disk, as it was when somebody asked last: a disk that does not answer is not waited for.</summary>
public sealed class VolumeFigures
{
    private const int Most = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly StorageContext context;
    private readonly ConcurrentDictionary<(string Pool, string Vid), Look> looks = new();

    internal VolumeFigures(StorageContext context) => this.context = context;

    /// <summary>What a volume takes, in bytes; what was known before when its disk does not answer at once, else 0.</summary>
    public async ValueTask<long> UsageAsync(World world, AddressedVolume volume, CancellationToken ct)
    {
        if (volume is not { IsKernel: false, Qube: { } qube } || DriverVolumes.Find(world, qube, volume.Volume) is not { } asked)
        {
            return 0;
        }

        var key = (volume.Pool.Name, volume.Vid);
        if (!looks.TryGetValue(key, out var look) || (look.Task.IsCompleted && context.Time.GetElapsedTime(look.Begun) > Fresh))
        {
            if (looks.Count >= Most)
            {
                looks.Clear();
            }

            var begun = new Look(context.Time.GetTimestamp(), look?.UsageBytes ?? 0);
            begun.Task = Task.Run(() => LookAsync(asked, begun), CancellationToken.None);
            looks[key] = look = begun;
        }

        try
        {
            await look.Task.WaitAsync(Patience, context.Time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What was known before counts.
        }

        return look.UsageBytes;
    }

    private async Task LookAsync(DriverVolume volume, Look look)
    {
        try
        {
            look.UsageBytes = (await context.LookAsync(volume, CancellationToken.None).ConfigureAwait(false)).UsageBytes;
        }
        catch (Exception e) when (StorageFaults.IsExpected(e))
        {
            // The disk does not answer: what was known before counts.
        }
    }

    private sealed class Look(long begun, long before)
    {
        private long usageBytes = before;

        internal long Begun => begun;

        internal Task Task { get; set; } = Task.CompletedTask;

        internal long UsageBytes
        {
            get => Interlocked.Read(ref usageBytes);
            set => Interlocked.Exchange(ref usageBytes, value);
        }
    }
}
