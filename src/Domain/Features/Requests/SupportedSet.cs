namespace Qubes.Cqrs.Domain;

/// <summary>A set of features with a common prefix that becomes what the qube says it supports; a request that names none leaves it.</summary>
public sealed class SupportedSet(string prefix, bool isForTemplateBased = false) : RequestRule
{
    private const string AppArmor = "apparmor";
    private const string AppArmorService = "supported-service." + AppArmor;

    /// <inheritdoc/>
    public override bool IsEarly => true;

    /// <inheritdoc/>
    public override bool IsForTemplateBased => isForTemplateBased;

    /// <inheritdoc/>
    public override void Apply(Draft draft, Qube qube, RequestedFeatures requested)
    {
        var supported = requested.All.Where(entry => IsOfSet(entry.Key) && entry.Value == "1").Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        if (supported.Count == 0)
        {
            return;
        }

        var known = qube.Features.Keys.Where(IsOfSet).ToList();
        foreach (var feature in supported.Except(known).Order(StringComparer.Ordinal))
        {
            Features.Set(draft, qube.Id, feature, "1");
            FollowAppArmor(draft, qube.Id, feature, isSupported: true);
        }

        foreach (var feature in known.Where(feature => !supported.Contains(feature)))
        {
            Features.Remove(draft, qube.Id, feature);
            FollowAppArmor(draft, qube.Id, feature, isSupported: false);
        }
    }

    private bool IsOfSet(string feature) => feature.StartsWith(prefix, StringComparison.Ordinal);

    // The kernel option comes and goes with the service, unless the user gave it another value.
    private static void FollowAppArmor(Draft draft, QubeId id, string feature, bool isSupported)
    {
        if (feature != AppArmorService)
        {
            return;
        }

        switch (isSupported, draft.World.Qube(id).Features.Find(AppArmor))
        {
            case (true, null):
                Features.Set(draft, id, AppArmor, "1");
                break;
            case (false, "1"):
                Features.Remove(draft, id, AppArmor);
                break;
        }
    }
}
