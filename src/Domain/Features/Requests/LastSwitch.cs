namespace Qubes.Cqrs.Domain;

/// <summary>A feature that is on or off as the qube asked for it last.</summary>
public sealed class LastSwitch(string feature) : RequestRule
{
    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        if (SwitchText.Read(requested.Find(feature)) is { } value)
        {
            Features.Set(draft, qube.Id, feature, value);
        }
    }
}
