namespace Qubes.Cqrs.Domain;

/// <summary>A feature that gets the value that is asked for, if that is acceptable.</summary>
public sealed class AcceptedText(string feature, Func<string, bool> accepts) : RequestRule
{
    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        if (requested.Find(feature) is { } value && accepts(value))
        {
            Features.Set(draft, qube.Id, feature, value);
        }
    }
}
