using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>Looks once, at start, at the files of all qubes: has those written that are behind, takes over what somebody put where nothing
/// was set, and leaves alone, with a word in the log, what somebody else wrote over ours.</summary>
/// <remarks>docs/adr/0004-foreign-store.md.</remarks>
internal sealed class QubeFileKeeper(RootedPaths paths, QubeFileReader reader, QubeFileDigests digests, QubeFilesView view, ILogger logger)
{
    /// <summary>Looks at every file; <paramref name="send"/> takes over what was found.</summary>
    internal async Task CatchUpAsync(World world, Func<ICommand, CancellationToken, Task> send, CancellationToken ct)
    {
        await digests.ShortenAsync(ct).ConfigureAwait(false);
        var owned = digests.Paths.ToHashSet(StringComparer.Ordinal);
        foreach (var qube in world.InOrder())
        {
            foreach (var kind in QubeFiles.Kinds)
            {
                if (QubeFiles.PathOf(qube, kind) is { } path)
                {
                    owned.Remove(path);
                    await LookAsync(qube, kind, path, send, ct).ConfigureAwait(false);
                }
            }
        }

        foreach (var path in owned)
        {
            RemoveLeftover(path);
        }
    }

    private async Task LookAsync(Qube qube, QubeFileKind kind, string path, Func<ICommand, CancellationToken, Task> send, CancellationToken ct)
    {
        try
        {
            var wanted = QubeFiles.Content(qube, kind);
            var found = reader.Find(path);
            if (found is null ? wanted is null : wanted is { } bytes && bytes.Span.SequenceEqual(found))
            {
                return;
            }

            if (found is null || digests.Knows(path, found) || SaysTheSame(qube, kind))
            {
                RemoveTemporaries(path);
                view.Mark(path, qube.Name, kind);
            }
            else if (wanted is null)
            {
                await TakeOverAsync(qube, kind, send, ct).ConfigureAwait(false);
                HostLog.TookOverFile(logger, path);
            }
            else
            {
                HostLog.ForeignFile(logger, path);
            }
        }
        catch (DomainException reason)
        {
            HostLog.UnreadableFile(logger, path, reason.Message);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            HostLog.UnreadableFile(logger, path, reason.Message);
        }
    }

    private bool SaysTheSame(Qube qube, QubeFileKind kind) => kind == QubeFileKind.Firewall
        ? qube.Firewall is { } rules && reader.FindFirewall(qube) == rules
        : qube.Notes.Length > 0 && reader.FindNotes(qube) == qube.Notes;

    private Task TakeOverAsync(Qube qube, QubeFileKind kind, Func<ICommand, CancellationToken, Task> send, CancellationToken ct) => kind switch
    {
        QubeFileKind.Firewall when reader.FindFirewall(qube) is { } rules => send(new AdoptFirewall(qube.Id, rules), ct),
        QubeFileKind.Notes when reader.FindNotes(qube) is { } text => send(new AdoptNotes(qube.Id, text), ct),
        _ => Task.CompletedTask,
    };

    // Of a qube that was removed while its files could not be.
    private void RemoveLeftover(string path)
    {
        if (reader.Find(path) is { } found && digests.Knows(path, found) && path.Split('/') is [.., var name, var file])
        {
            view.Mark(path, name, file == "notes.txt" ? QubeFileKind.Notes : QubeFileKind.Firewall);
        }
    }

    private void RemoveTemporaries(string path)
    {
        var onDisk = paths.OnDisk(path);
        if (Directory.Exists(Path.GetDirectoryName(onDisk)))
        {
            AtomicFile.RemoveLeftovers(onDisk);
        }
    }
}
