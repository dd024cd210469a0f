using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Reconstructs a history from copies of the store: what led from each to the next, as events of their times.</summary>
/// <param name="forgetsDisposables">Whether disposables that go when they stop are left out.</param>
internal sealed class StoreHistory(bool forgetsDisposables)
{
    private const int LongestStore = 64 << 20;
    private const int LongestFile = 4 << 20;
    private World world = World.Empty;
    private DateTimeOffset last = DateTimeOffset.MinValue;

    /// <summary>What the copies tell so far.</summary>
    internal List<ImportedCopy> Copies { get; } = [];

    /// <summary>Adds the next copy; one that cannot be read is noted and left out.</summary>
    internal void Add(StoreCopy copy)
    {
        var notes = new List<string>();
        try
        {
            var told = Read(copy, notes);
            var events = Copies.Any(other => other.Events.Length > 0) ? WorldDifference.Events(world, told) : WorldEvents.Of(told).Where(@event => @event is not HostObserved);
            var changes = events.ToImmutableArray();
            last = copy.Time > last ? copy.Time : last;
            world = changes.Aggregate(world, Evolve.Apply);
            Copies.Add(new ImportedCopy(copy, last, told.Qubes.Count, changes, [.. notes]));
        }
        catch (Exception reason) when (reason is QubesXmlException or IOException or UnauthorizedAccessException or DomainException)
        {
            Copies.Add(new ImportedCopy(copy, copy.Time, 0, [], [$"left out: {reason.Message}"]));
        }
    }

    private World Read(StoreCopy copy, List<string> notes)
    {
        var number = 0;
        var import = QubesXmlReader.Read(Load(copy.File, LongestStore), () => Identity(number++));
        notes.AddRange(import.Warnings.Select(warning => warning.Line > 0 ? $"line {warning.Line}: {warning.Text}" : warning.Text));
        var told = import.Events.Aggregate(World.Empty, Evolve.Apply);
        told = Loading.Follow(told).Aggregate(told, Evolve.Apply);
        if (number > 0)
        {
            notes.Add($"{number} qubes have no UUID: they are told apart by their order");
        }

        told = told.InOrder().SelectMany(qube => FilesOf(copy, qube, notes)).Aggregate(told, Evolve.Apply);
        if (forgetsDisposables)
        {
            told = Retentions.Evict(told).Kept.Aggregate(told, Evolve.Apply);
        }

        return told with { Host = world.Host, Runs = world.Runs, Policy = PolicyCopies.Read(copy, world.Policy, notes) };
    }

    // Without the folders of that day nothing is known: what was known before goes on.
    private IEnumerable<DomainEvent> FilesOf(StoreCopy copy, Qube qube, List<string> notes)
    {
        if (!copy.HasFolders || !Directory.Exists(Path.Combine(copy.Folder, "appvms")) || QubeFolders.PathOf(qube, copy.Folder) is not { } folder)
        {
            if (world.Find(qube.Id) is { } before)
            {
                yield return new NotesSet(qube.Id, before.Notes);
                yield return new FirewallSet(qube.Id, before.Firewall);
            }

            yield break;
        }

        if (Try(Path.Combine(folder, "firewall.xml"), bytes => (object)FirewallFile.Read(bytes), notes) is EquatableArray<FirewallRule> rules)
        {
            yield return new FirewallSet(qube.Id, rules);
        }

        if (Try(Path.Combine(folder, "notes.txt"), bytes => Notes.Read(bytes), notes) is string { Length: > 0 } text)
        {
            yield return new NotesSet(qube.Id, text);
        }
    }

    private static object? Try(string file, Func<byte[], object> read, List<string> notes)
    {
        try
        {
            return File.Exists(file) ? read(Load(file, LongestFile)) : null;
        }
        catch (Exception reason) when (reason is DomainException or IOException or UnauthorizedAccessException)
        {
            notes.Add($"{file} is not understood: {reason.Message}");
            return null;
        }
    }

    private static byte[] Load(string file, int most)
    {
        var length = new FileInfo(file).Length;
        return length <= most ? File.ReadAllBytes(file) : throw new IOException($"{file} has {length} bytes");
    }

    // The same for the same place, so that a qube is the same one in the next copy.
    private static QubeId Identity(int number) => new(new Guid(SHA256.HashData(Encoding.ASCII.GetBytes($"qube without uuid {number}")).AsSpan(0, 16)));
}

/// <summary>What a copy tells beyond the one before.</summary>
/// <param name="Copy">The copy.</param>
/// <param name="Time">The time of its events.</param>
/// <param name="Qubes">How many qubes it has.</param>
/// <param name="Events">What changed.</param>
/// <param name="Notes">What was not understood.</param>
internal sealed record ImportedCopy(StoreCopy Copy, DateTimeOffset Time, int Qubes, ImmutableArray<DomainEvent> Events, ImmutableArray<string> Notes);
