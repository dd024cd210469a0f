using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What a log begins with, and what an import changes: read from a store, or the system as it is right after the installation.</summary>
internal sealed class FirstEvents(RootedPaths paths, ILogger logger)
{
    /// <summary>The verb of the events that a new log begins with.</summary>
    internal const string InitialiseVerb = "qubesd.initialise";

    /// <summary>The verb of the events that an import gives.</summary>
    internal const string ImportVerb = "qubesd.import";

    /// <summary>The first events of a new log.</summary>
    /// <param name="store">A store on disk to import; null for a fresh system.</param>
    /// <param name="host">What the host contributes.</param>
    /// <exception cref="QubesXmlException">The store cannot be read.</exception>
    internal IReadOnlyList<DomainEvent> Of(string? store, HostFacts host) =>
        store is null ? [.. FreshSystem.Events(host)] : [new HostObserved(host), .. Read(store)];

    /// <summary>The events that lead from the state to what a store says.</summary>
    /// <exception cref="QubesXmlException">The store cannot be read.</exception>
    internal IReadOnlyList<DomainEvent> Differences(World world, string store)
    {
        var told = Read(store).Aggregate(World.Empty, Evolve.Apply) with { Host = world.Host };
        return [.. WorldDifference.Events(world, told)];
    }

    private IEnumerable<DomainEvent> Read(string store)
    {
        var import = QubesXmlReader.Read(File.ReadAllBytes(store), () => new QubeId(Guid.NewGuid()));
        foreach (var warning in import.Warnings)
        {
            HostLog.ImportWarning(logger, warning.Text, warning.Line);
        }

        var world = import.Events.Aggregate(World.Empty, Evolve.Apply);
        return import.Events.Concat(Loading.Follow(world)).Concat(world.InOrder().SelectMany(NotesOf));
    }

    // The notes lie beside the store, one file per qube.
    private IEnumerable<DomainEvent> NotesOf(Qube qube)
    {
        if (NotesFiles.PathOf(qube) is { } path && new FileInfo(paths.OnDisk(path)) is { Exists: true, Length: <= Domain.Notes.MaxBytes } file &&
            Utf8Text.TryDecode(File.ReadAllBytes(file.FullName), out var text) && text.Length > 0)
        {
            yield return new NotesSet(qube.Id, DisplayableText.Sanitise(text));
        }
    }
}
