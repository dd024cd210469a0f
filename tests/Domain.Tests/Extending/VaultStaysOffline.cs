namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A qube with the tag <c>vault</c> has no network, and gets none.</summary>
public sealed class VaultStaysOffline : Reaction
{
    private const string Tag = "vault";

    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("netvm") && !change.New!.IsNone && change.Holder!.Tags.Contains(Tag)) // set, and a qube's
        {
            throw new InvalidValueException($"{change.Holder.Name} is a vault and stays offline");
        }
    }

    /// <inheritdoc/>
    public override void AfterTagAdded(Draft draft, Qube qube, string tag)
    {
        if (tag == Tag && NetworkValues.NetVm(draft.World, qube) is not null)
        {
            Properties.Set(draft, qube.Id, "netvm", "");
        }
    }
}
