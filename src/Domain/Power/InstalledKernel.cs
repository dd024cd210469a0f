namespace Qubes.Cqrs.Domain;

/// <summary>A kernel must be installed before it is chosen.</summary>
public sealed class InstalledKernel : Reaction
{
    /// <inheritdoc/>
    public override void BeforePropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsOfQube("kernel") || change.IsGlobal("default_kernel"))
        {
            KernelDefaults.CheckInstalled(draft.World, change.New?.Text ?? "");
        }
    }
}
