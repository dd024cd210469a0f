namespace Qubes.Cqrs.Domain;

/// <summary>A feature that names one of the boot modes that the qube has.</summary>
/// <param name="feature">The feature.</param>
/// <param name="property">The property that reads it, which the qube has to have; null when it is for qubes yet to be made.</param>
public sealed class BootModeChoice(string feature, string? property = null) : RequestRule
{
    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        if (requested.Find(feature) is { } mode && BootModeSet.Has(qube, mode) && (property is null || PropertyCatalog.Find(qube.Class, property) is not null))
        {
            Features.Set(draft, qube.Id, feature, mode);
        }
    }
}
