using System.Collections.Immutable;
using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The decisions about disposables that are kept ready: made, ready, taken, used, dropped.</summary>
/// <remarks>Source: spec, lifecycle.md 12; the order of announcements is the recorded one.</remarks>
public static class PreloadedDisposables
{
    private const string InternalFeature = "internal";

    /// <summary>Refuses a template whose disposables could not tell when they are ready.</summary>
    /// <exception cref="InvalidValueException">Services are missing.</exception>
    public static void CheckServices(World world, Qube template)
    {
        if (Preload.MissingServices(world, template).ToList() is { Count: > 0 } missing)
        {
            throw new InvalidValueException(
                $"Qube does not support the RPC(s) '{string.Join(", ", missing)}' but tried to preload, check if template is outdated");
        }
    }

    /// <summary>How many more the template wants than there are.</summary>
    public static int Vacancies(World world, Qube template) =>
        Templates.IsForDisposables(template) ? Math.Max(0, Preload.Wanted(world, template) - Preload.Listed(template).Length) : 0;

    /// <summary>Creates one more for the template to keep ready; nothing happens when there are enough.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="templateId">What it is made from.</param>
    /// <param name="id">The identity to give it (random).</param>
    /// <param name="firstDispId">Where to start looking for a free number (random).</param>
    /// <param name="recentDispIds">The numbers that disposables had until lately.</param>
    public static void Create(Draft draft, QubeId templateId, QubeId id, int firstDispId, ImmutableHashSet<int> recentDispIds)
    {
        var template = draft.World.Qube(templateId);
        if (Vacancies(draft.World, template) > 0)
        {
            QubeCreation.Create(draft, Disposables.Wanted(template, id, firstDispId, recentDispIds) with { IsPreload = true });
        }
    }

    /// <summary>Puts a new disposable on the list of its template.</summary>
    internal static void Enlist(Draft draft, QubeId id, QubeId templateId)
    {
        Features.Set(draft, id, Preload.InProgressFeature, "1");
        var names = Preload.Listed(draft.World.Qube(templateId)).Append(draft.World.Qube(id).Name);
        Features.Set(draft, templateId, Preload.ListFeature, string.Join(' ', names));
        Features.Set(draft, id, InternalFeature, "1");
    }

    /// <summary>Tells that a disposable is about to be paused to wait, unless nobody wants it to any more.</summary>
    /// <returns>Whether it is.</returns>
    public static bool AnnouncePause(Draft draft, QubeId id)
    {
        var waits = Preload.Lists(draft.World, draft.World.Qube(id));
        if (waits)
        {
            Pauses.AnnouncePause(draft, id);
        }

        return waits;
    }

    /// <summary>Notes that a disposable is ready.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="id">The disposable.</param>
    /// <param name="run">Its run.</param>
    /// <param name="isPaused">Whether it was paused; who took it meanwhile gets it as it is.</param>
    public static void Complete(Draft draft, QubeId id, string run, bool isPaused)
    {
        Features.Set(draft, id, Preload.CompletedFeature, "1");
        if (Preload.Lists(draft.World, draft.World.Qube(id)))
        {
            Features.Set(draft, id, Preload.InProgressFeature, "");
        }

        if (isPaused)
        {
            Pauses.Observe(draft, id, run, DomainActivity.Paused);
        }
    }

    /// <summary>Takes the first disposable that fits off the list; those that are outdated are dropped.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="templateId">The template.</param>
    /// <param name="isMade">Whether somebody works on making it ready.</param>
    /// <returns>The disposable; null when there is none.</returns>
    public static QubeId? Take(Draft draft, QubeId templateId, Func<QubeId, bool> isMade)
    {
        DropOutdated(draft, templateId);
        var world = draft.World;
        var taken = Find(world, world.Qube(templateId)).FirstOrDefault(disposable =>
            Preload.IsCompleted(disposable) ? PowerStates.Active(world, disposable.Id) is { IsPaused: true } : isMade(disposable.Id));
        if (taken is null)
        {
            return null;
        }

        Features.Set(draft, taken.Id, Preload.InProgressFeature, "1");
        Delist(draft, taken);
        Properties.AnnounceReset(draft, draft.World.Qube(taken.Id), "is_preload");
        return taken.Id;
    }

    /// <summary>Notes that a disposable that was taken goes on and is the caller's.</summary>
    public static void HandOver(Draft draft, QubeId id, string run)
    {
        Pauses.Observe(draft, id, run, DomainActivity.Running);
        MarkUsed(draft, id);
        Disposables.TagCreator(draft, id);
    }

    /// <summary>Notes that a disposable is somebody's now, whoever caused it; nothing happens when it is already.</summary>
    public static void MarkUsed(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        if (!Preload.IsPreloaded(qube))
        {
            return;
        }

        Delist(draft, qube);
        var template = Templates.Of(draft.World, qube);
        if (qube.Features.ContainsKey(InternalFeature) && template?.Features.ContainsKey(InternalFeature) != true)
        {
            Features.Remove(draft, id, InternalFeature);
        }

        Properties.AnnounceReset(draft, draft.World.Qube(id), "is_preload");
        Features.Remove(draft, id, Preload.InProgressFeature);
        draft.React(draft.World.Qube(id), static (reaction, draft, qube) => reaction.AfterPreloadUsed(draft, qube));
        if (template is not null)
        {
            var delay = Preload.DelaySeconds(draft.World, template);
            draft.Announce(template, Preload.UsedEvent, new AnnouncementArgument("dispvm", qube.Name), new AnnouncementArgument("delay", Float(delay)));
        }
    }

    /// <summary>Gives up a disposable that was taken, so that it is cleaned up.</summary>
    public static void Abandon(Draft draft, QubeId id)
    {
        if (Preload.IsTaken(draft.World, draft.World.Qube(id)))
        {
            Features.Set(draft, id, Preload.InProgressFeature, "");
        }
    }

    /// <summary>Drops those beyond the wanted number, the youngest first: they are not ready for the longest.</summary>
    public static void DropExcess(Draft draft, QubeId templateId)
    {
        var template = draft.World.Qube(templateId);
        var wanted = Templates.IsForDisposables(template) ? Preload.Wanted(draft.World, template) : 0;
        Drop(draft, templateId, Preload.Listed(template).Skip(wanted));
    }

    /// <summary>Drops all of them.</summary>
    public static void DropAll(Draft draft, QubeId templateId) => Drop(draft, templateId, Preload.Listed(draft.World.Qube(templateId)));

    /// <summary>Drops those that a new one would not be like.</summary>
    /// <returns>Whether there were any.</returns>
    public static bool DropOutdated(Draft draft, QubeId templateId)
    {
        var template = draft.World.Qube(templateId);
        return Drop(draft, templateId, Find(draft.World, template)
            .Where(disposable => PreloadAge.IsOutdated(draft.World, disposable, template)).Select(disposable => disposable.Name).ToList());
    }

    /// <summary>Drops what an earlier daemon left unfinished, what does not exist any more, and what does not wait.</summary>
    public static void DropUnfinished(Draft draft, QubeId templateId)
    {
        var world = draft.World;
        Drop(draft, templateId, Preload.Listed(world.Qube(templateId)).Where(name => world.Find(name) is not { } disposable ||
            disposable.Features.Find(Preload.InProgressFeature) is not "" ||
            PowerStates.Active(world, disposable.Id) is not { IsPaused: true }));
    }

    /// <summary>Takes a disposable off the list of its template, if it is there.</summary>
    internal static void Delist(Draft draft, Qube disposable)
    {
        if (Templates.Of(draft.World, disposable) is { } template && Preload.Lists(draft.World, disposable))
        {
            Keep(draft, template.Id, name => name != disposable.Name);
        }
    }

    private static bool Drop(Draft draft, QubeId templateId, IEnumerable<string> names)
    {
        var gone = names.ToHashSet(StringComparer.Ordinal);
        if (gone.Count == 0)
        {
            return false;
        }

        foreach (var disposable in Find(draft.World, draft.World.Qube(templateId)).Where(disposable => gone.Contains(disposable.Name)).ToList())
        {
            if (disposable.Features.Find(Preload.InProgressFeature) is { Length: > 0 })
            {
                Features.Set(draft, disposable.Id, Preload.InProgressFeature, "");
            }
        }

        Keep(draft, templateId, name => !gone.Contains(name));
        return true;
    }

    private static void Keep(Draft draft, QubeId templateId, Func<string, bool> keep) =>
        Features.Set(draft, templateId, Preload.ListFeature, string.Join(' ', Preload.Listed(draft.World.Qube(templateId)).Where(keep)));

    private static IEnumerable<Qube> Find(World world, Qube template) =>
        Preload.Listed(template).Select(world.Find).OfType<Qube>().Where(qube => qube.Class == QubeClass.DispVM);

    // As Python prints it, which is how the original sends it.
    private static string Float(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.All(character => char.IsAsciiDigit(character) || character == '-') ? text + ".0" : text;
    }
}
