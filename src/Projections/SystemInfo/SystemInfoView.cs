using System.Buffers;
using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the policy daemon asks about all qubes, as JSON, kept in pieces of which only the changed ones are made anew.</summary>
/// <param name="powerState">The power state of a qube as far as the world tells it.</param>
/// <remarks>
/// Source: spec, admin-api.yaml, internal.GetSystemInfo. A world is immutable, so whatever is the same object as before says the same as before: a
/// change costs the writer nothing, and the next answer one comparison per qube. For any number of threads.
/// </remarks>
public sealed class SystemInfoView(Func<World, Qube, string> powerState)
{
    private State latest = State.Empty;

    /// <summary>Writes the answer for a world.</summary>
    public void WriteTo(World world, IBufferWriter<byte> output)
    {
        var state = Volatile.Read(ref latest);
        if (!ReferenceEquals(state.World, world))
        {
            state = state.Follow(world, powerState);
            Volatile.Write(ref latest, state);
        }

        state.WriteTo(output);
    }

    private sealed class State
    {
        internal static readonly State Empty = new(World.Empty, new SystemInfoGlobals(World.Empty), [], []);

        private readonly SystemInfoGlobals globals;
        private readonly ImmutableArray<QubeId> order;
        private readonly ImmutableArray<SystemInfoEntry> entries;

        private State(World world, SystemInfoGlobals globals, ImmutableArray<QubeId> order, ImmutableArray<SystemInfoEntry> entries) =>
            (World, this.globals, this.order, this.entries) = (world, globals, order, entries);

        internal World World { get; }

        internal State Follow(World world, Func<World, Qube, string> powerState)
        {
            var (next, sameNames) = (new SystemInfoGlobals(world), ReferenceEquals(World.Names, world.Names));
            var check = new SystemInfoCheck(world, ReferenceEquals(World.Labels, world.Labels), sameNames, next == globals);
            var ids = sameNames ? order : [.. world.InOrder().Select(qube => qube.Id)];
            var known = sameNames ? null : entries.ToDictionary(entry => entry.Qube.Id);
            var made = ImmutableArray.CreateBuilder<SystemInfoEntry>(ids.Length);
            for (var index = 0; index < ids.Length; index++)
            {
                var (qube, old) = (world.Qube(ids[index]), known is null ? entries[index] : known.GetValueOrDefault(ids[index]));
                var power = powerState(world, qube);
                made.Add(old is not null && check.StillHolds(old, qube, power) ? old : SystemInfoEntry.Of(world, qube, power));
            }

            return new State(world, next, ids, made.MoveToImmutable());
        }

        internal void WriteTo(IBufferWriter<byte> output)
        {
            var begin = "{\"domains\": {"u8;
            var between = ", "u8;
            var end = "}}"u8;
            var length = begin.Length + end.Length + between.Length * Math.Max(entries.Length - 1, 0);
            foreach (var entry in entries)
            {
                length += entry.Utf8.Length;
            }

            var rest = output.GetSpan(length);
            Put(begin, ref rest);
            for (var index = 0; index < entries.Length; index++)
            {
                Put(index > 0 ? between : [], ref rest);
                Put(entries[index].Utf8, ref rest);
            }

            Put(end, ref rest);
            output.Advance(length);
        }

        private static void Put(ReadOnlySpan<byte> bytes, ref Span<byte> rest)
        {
            bytes.CopyTo(rest);
            rest = rest[bytes.Length..];
        }
    }
}
