using System.Collections.Immutable;
using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Finds out what of a log tells of a qube.</summary>
/// <param name="reader">The log; it is read twice as a whole.</param>
public sealed class ForgetPlanner(IEventReader reader)
{
    private const int MostNamed = 5;

    /// <summary>Finds a removed qube by its UUID or by the name that it had.</summary>
    /// <param name="wanted">The name or the UUID.</param>
    /// <param name="world">The state in force at the head of the log.</param>
    /// <param name="progress">Told the position, now and then.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="ForgetRefusedException">There is no such qube, it is not removed, or there were several of the name.</exception>
    public async Task<ForgetPlan> MakeAsync(string wanted, World world, Action<LogPosition>? progress, CancellationToken ct)
    {
        var known = await ReadQubesAsync(world.Position, progress, ct);
        var id = Choose(wanted, world, known);
        var name = known[id].Name;
        var traces = new QubeTraces(id, name, known.Values.Select(qube => qube.Name).OfType<string>().Concat(world.Names.Keys).Distinct());
        var positions = ImmutableArray.CreateBuilder<LogPosition>();
        var types = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (own, left) = (0, World.Empty);
        await foreach (var recorded in reader.ReadAsync(LogPosition.Start, world.Position, ct))
        {
            if (recorded.Position.Value % 10_000 == 0)
            {
                progress?.Invoke(recorded.Position);
            }

            if (!traces.Follow(recorded))
            {
                left = Evolve.Apply(left, recorded.Event, recorded.Position);
                continue;
            }

            positions.Add(recorded.Position);
            types[recorded.Type] = types.GetValueOrDefault(recorded.Type) + 1;
            own += recorded.Stream.Qube == id ? 1 : 0;
        }

        var references = traces.References(world).ToImmutableArray();
        return new ForgetPlan(
            id, name, positions.ToImmutable(), own, types.ToImmutableSortedDictionary(StringComparer.Ordinal), references,
            references.IsEmpty ? Restatement.Of(left, world) : []);
    }

    private async Task<Dictionary<QubeId, (string? Name, LogPosition Position, DateTimeOffset Time)>> ReadQubesAsync(
        LogPosition head, Action<LogPosition>? progress, CancellationToken ct)
    {
        var known = new Dictionary<QubeId, (string? Name, LogPosition Position, DateTimeOffset Time)>();
        await foreach (var recorded in reader.ReadAsync(LogPosition.Start, head, ct))
        {
            if (recorded.Event is QubeAdded added)
            {
                known[added.Qube] = (added.Name, recorded.Position, recorded.Time);
            }
            else if (recorded.Stream.Qube is { } id)
            {
                known.TryAdd(id, (null, recorded.Position, recorded.Time));
            }

            if (recorded.Position.Value % 10_000 == 0)
            {
                progress?.Invoke(recorded.Position);
            }
        }

        return known;
    }

    private static QubeId Choose(string wanted, World world, Dictionary<QubeId, (string? Name, LogPosition Position, DateTimeOffset Time)> known)
    {
        if (QubeId.TryParse(wanted, out var id))
        {
            return world.Find(id) is { } there ? throw Exists(there.Name)
                : known.ContainsKey(id) ? id
                : throw new ForgetRefusedException($"the log knows of no qube {wanted}");
        }

        var removed = known.Where(entry => entry.Value.Name == wanted && world.Find(entry.Key) is null).OrderBy(entry => entry.Value.Position.Value).ToList();
        var list = string.Join(", ", removed.TakeLast(MostNamed).Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Key} (created at position {entry.Value.Position}, {entry.Value.Time:yyyy-MM-dd HH:mm})")));
        return (removed.Count, world.Find(wanted)) switch
        {
            (0, null) => throw new ForgetRefusedException($"the log knows of no qube '{wanted}' that was removed"),
            (0, _) => throw Exists(wanted),
            (1, null) => removed[0].Key,
            (_, null) => throw new ForgetRefusedException($"there were several qubes of the name '{wanted}': say which by its UUID: {list}"),
            _ => throw new ForgetRefusedException($"there is a qube '{wanted}' now; to forget an earlier one of its name give the UUID: {list}"),
        };
    }

    private static ForgetRefusedException Exists(string name) => new($"the qube '{name}' is still there: remove it first (qvm-remove {name})");
}

/// <summary>A qube cannot be forgotten; the text says why.</summary>
public sealed class ForgetRefusedException(string message) : Exception(message);
