namespace Qubes.Cqrs.Domain;

/// <summary>The qube that gives the time carries the feature <c>service.clocksync</c>, and no other because of this.</summary>
/// <remarks>Source: spec, properties.yaml, clockvm. Resetting it changes nothing.</remarks>
public sealed class ClockSynchronisation : Reaction
{
    private const string Feature = "service.clocksync";

    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsGlobal("clockvm") && draft.World.Find(change.New?.AsQube()) is { } qube && !qube.Features.ContainsKey(Feature))
        {
            Features.Set(draft, qube.Id, Feature, "1");
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsGlobal("clockvm") && change.New != change.Old &&
            draft.World.Find(change.Old?.AsQube()) is { } old && !string.IsNullOrEmpty(old.Features.Find(Feature)))
        {
            Features.Remove(draft, old.Id, Feature);
        }
    }
}
