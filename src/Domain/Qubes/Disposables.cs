using System.Collections.Immutable;
using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of disposables that are made when somebody needs one.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.CreateDisposable; lifecycle 12.</remarks>
public static class Disposables
{
    /// <summary>How many numbers disposables have, from 0.</summary>
    public const int DispIds = 10000;

    private const string CreatorPrefix = "disp-created-by-";

    /// <summary>The name of a disposable that nobody named.</summary>
    public static string NameOf(int dispId) => "disp" + dispId.ToString(CultureInfo.InvariantCulture);

    /// <summary>The qube that a disposable is made from.</summary>
    /// <param name="world">The state.</param>
    /// <param name="destination">The destination of the call; dom0 stands for what the caller prefers.</param>
    /// <param name="source">The caller.</param>
    /// <exception cref="RefusedException">There is none, or no disposables are made from it.</exception>
    /// <exception cref="QubeErrorException">A remote qube prefers none.</exception>
    public static Qube TemplateFor(World world, Qube destination, Qube source)
    {
        var template = (destination.IsDom0, source.IsLocal) switch
        {
            (false, _) => destination,
            (true, true) => PropertyValues.GetQube(world, source, "default_dispvm"),
            _ => throw new QubeErrorException("Not supported by RemoteVM"),
        };
        return template is not null && Templates.IsForDisposables(template)
            ? template
            : throw new RefusedException("Refusing to create disposable out of app qube which has template_for_dispvms=False");
    }

    /// <summary>Creates a disposable that is named after its number and goes when it stops.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="template">What it is made from.</param>
    /// <param name="id">The identity to give it (random).</param>
    /// <param name="firstDispId">Where to start looking for a free number (random).</param>
    /// <param name="recentDispIds">The numbers that disposables had until lately.</param>
    public static void Create(Draft draft, Qube template, QubeId id, int firstDispId, ImmutableHashSet<int> recentDispIds) =>
        QubeCreation.Create(draft, Wanted(template, id, firstDispId, recentDispIds));

    /// <summary>Removes a disposable that is to go when it stops, once nothing runs of it.</summary>
    /// <remarks>What something else still refers to stays, as in the original, where the removal fails then.</remarks>
    public static void CleanUp(Draft draft, QubeId id)
    {
        var qube = draft.World.Qube(id);
        if (!GoesWhenItStops(qube) || draft.World.Runs.ContainsKey(id) || QubeRemoval.IsHeld(draft.World, qube))
        {
            return;
        }

        PreloadedDisposables.Delist(draft, qube);
        QubeRemoval.Remove(draft, id);
    }

    /// <summary>Whether it is a disposable that goes when it stops.</summary>
    public static bool GoesWhenItStops(Qube qube) => qube.Class == QubeClass.DispVM && qube.Properties.Find("auto_cleanup") == PropertyValue.True;

    /// <summary>Asks for as many disposables to be kept ready as the settings say.</summary>
    /// <exception cref="InvalidValueException">They say more than none, and nobody could tell when one is ready.</exception>
    public static void KeepReady(Draft draft, Qube template)
    {
        if (Preload.Wanted(draft.World, template) > 0)
        {
            PreloadedDisposables.CheckServices(draft.World, template);
        }

        draft.Announce(template, Preload.StartEvent, new AnnouncementArgument("reason", "autostart was requested"));
    }

    /// <summary>What is to be created when a disposable is.</summary>
    internal static NewQube Wanted(Qube template, QubeId id, int firstDispId, ImmutableHashSet<int> recentDispIds) =>
        new(QubeClass.DispVM, null, template.Properties.Find("label")?.AsLabel(), template.Name, null, [], id, firstDispId) { RecentDispIds = recentDispIds };

    /// <summary>Tags a disposable with who asked for it.</summary>
    public static void TagCreator(Draft draft, QubeId id)
    {
        var creator = draft.World.Qube(draft.Caller.Source).Name;
        Tags.Add(draft, id, CreatorTags.Prefix + creator);
        Tags.Add(draft, id, CreatorPrefix + creator);
    }

    /// <summary>The volumes of such a disposable: those of its template decide where they lie and who may write.</summary>
    internal static EquatableArray<VolumeConfig> CreateVolumes(World world, Qube disposable, Qube template)
    {
        var volumes = Volumes.Create(world, disposable, volume => volume.SnapOnStart ? null : Of(template, volume)?.Pool);
        return volumes.Select(volume => Of(template, volume) is { } same ? volume with { Rw = same.Rw, Ephemeral = same.Ephemeral } : volume)
            .ToEquatableArray();
    }

    private static VolumeConfig? Of(Qube template, VolumeConfig volume) => template.Volumes.FirstOrDefault(same => same.Name == volume.Name);
}
