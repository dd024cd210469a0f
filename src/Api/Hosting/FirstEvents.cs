using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What a log begins with, and what an import changes: read from a store, or the system as it is right after the installation.</summary>
internal sealed class FirstEvents(RootedPaths paths, ILogger logger)
{
    private readonly QubeFileReader files = new(paths);

    /// <summary>The verb of the events that a new log begins with.</summary>
    internal const string InitialiseVerb = "qubesd.initialise";

    /// <summary>The verb of the events that an import gives.</summary>
    internal const string ImportVerb = "qubesd.import";

    /// <summary>The first events of a new log.</summary>
    /// <param name="store">A store on disk to import; null for a fresh system.</param>
    /// <param name="host">What the host contributes.</param>
    /// <exception cref="QubesXmlException">The store cannot be read.</exception>
    internal IReadOnlyList<DomainEvent> Of(string? store, HostFacts host) =>
        store is null ? [.. FreshSystem.Events(host)] : [new HostObserved(host), .. Read(store, host)];

    /// <summary>The events that lead from the state to what a store says.</summary>
    /// <exception cref="QubesXmlException">The store cannot be read.</exception>
    internal IReadOnlyList<DomainEvent> Differences(World world, string store)
    {
        var told = Read(store, world.Host).Aggregate(World.Empty, Evolve.Apply) with { Host = world.Host, Runs = world.Runs, Marks = world.Marks };
        return [.. WorldDifference.Events(world, told).Where(@event => !IsUnreadable(told, @event))];
    }

    private IEnumerable<DomainEvent> Read(string store, HostFacts host)
    {
        var import = QubesXmlReader.Read(File.ReadAllBytes(store), () => new QubeId(Guid.NewGuid()), host);
        foreach (var warning in import.Warnings)
        {
            HostLog.ImportWarning(logger, warning.Text, warning.Line);
        }

        var world = import.Events.Aggregate(World.Empty, Evolve.Apply);
        return import.Events.Concat(Loading.Follow(world)).Concat(world.InOrder().SelectMany(FilesOf));
    }

    // Notes and firewall lie beside the store, two files per qube.
    private IEnumerable<DomainEvent> FilesOf(Qube qube)
    {
        if (Try(qube, QubeFileKind.Notes, files.FindNotes) is { } text)
        {
            yield return new NotesSet(qube.Id, text);
        }

        if (Try(qube, QubeFileKind.Firewall, files.FindFirewall) is { } rules)
        {
            yield return new FirewallSet(qube.Id, rules);
        }
    }

    private T? Try<T>(Qube qube, QubeFileKind kind, Func<Qube, T?> find)
    {
        try
        {
            return find(qube);
        }
        catch (DomainException reason)
        {
            HostLog.UnreadableFile(logger, QubeFiles.PathOf(qube, kind) ?? "", reason.Message);
            return default;
        }
    }

    // What cannot be read says nothing: it does not say that nothing is set.
    private bool IsUnreadable(World world, DomainEvent @event) => @event switch
    {
        FirewallSet { Rules: null } e => files.Exists(FirewallFile.PathOf(world.Qube(e.Qube))),
        NotesSet { Text: "" } e => files.Exists(NotesFiles.PathOf(world.Qube(e.Qube))),
        _ => false,
    };
}
