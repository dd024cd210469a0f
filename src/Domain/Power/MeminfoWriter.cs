namespace Qubes.Cqrs.Domain;

/// <summary>The feature <c>service.meminfo-writer</c> of older versions becomes what switches memory balancing now: <c>maxmem</c>.</summary>
/// <remarks>Source: spec, extensions.md, services. dom0, whose <c>maxmem</c> is fixed, keeps the feature as that of any service.</remarks>
public sealed class MeminfoWriter : Reaction
{
    /// <summary>The feature.</summary>
    public const string Feature = "service.meminfo-writer";

    private const string Property = "maxmem";

    /// <inheritdoc/>
    public override void AfterFeatureSet(Draft draft, FeatureChange change)
    {
        if (change is not { Feature: Feature, Qube: { IsLocal: true, IsDom0: false } qube })
        {
            return;
        }

        if (string.IsNullOrEmpty(change.New))
        {
            Properties.Set(draft, qube, PropertyCatalog.Get(qube, Property), PropertyValue.Of(0));
        }
        else
        {
            Properties.Reset(draft, qube.Id, Property);
        }

        Features.Remove(draft, qube.Id, Feature);
    }
}
