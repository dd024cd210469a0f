namespace Qubes.Cqrs.Domain;

/// <summary>Disposables that wait are dropped and made anew when their template becomes another.</summary>
/// <remarks>Source: spec, properties.yaml, dvm_refresh; lifecycle.md 4.</remarks>
public sealed class PreloadRefresh : Reaction
{
    /// <summary>How long after a setting was changed they are made anew, in seconds: others are likely to follow.</summary>
    private const string SettingDelay = "30";

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change) => Follow(draft, change);

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change) => Follow(draft, change);

    /// <inheritdoc/>
    public override void AfterShutdown(Draft draft, Qube qube)
    {
        if (qube.Class == QubeClass.TemplateVM)
        {
            foreach (var based in Templates.BasedOn(draft.World, qube.Id).Where(IsKeeper).ToList())
            {
                Refresh(draft, based.Id, $"its template {qube.Name} was shut down");
            }
        }
        else if (IsKeeper(qube))
        {
            Refresh(draft, qube.Id, "it was shut down");
        }
    }

    private static void Follow(Draft draft, PropertyChange change)
    {
        if (change.Holder is { } holder && PreloadAge.Matters(change.Name) && IsKeeper(holder))
        {
            Refresh(draft, holder.Id, $"property {change.Name} was changed", new AnnouncementArgument("delay", SettingDelay));
        }
    }

    private static bool IsKeeper(Qube qube) => Preload.CanHave(qube) && Preload.Listed(qube).Length > 0;

    private static void Refresh(Draft draft, QubeId id, string reason, params ReadOnlySpan<AnnouncementArgument> delay)
    {
        if (PreloadedDisposables.DropOutdated(draft, id))
        {
            draft.AnnounceLast(draft.World.Qube(id), Preload.StartEvent, [new AnnouncementArgument("reason", reason), .. delay]);
        }
    }
}
