namespace Qubes.Cqrs.Domain;

/// <summary>A feature that is on or off as the qube asks for it, unless it has a value: what the user chose stays.</summary>
public sealed class FirstSwitch(string feature) : RequestRule
{
    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        if (SwitchText.Read(requested.Find(feature)) is { } value && !qube.Features.ContainsKey(feature))
        {
            Features.Set(draft, qube.Id, feature, value);
        }
    }
}
