namespace Qubes.Cqrs.Domain;

/// <summary>Changes that no caller, or only dom0, may ask for.</summary>
/// <remarks>Source: spec, extensions.md, admin.</remarks>
public static class AdminRestrictions
{
    private static readonly EquatableArray<string> OwnFeatures =
        ["deferred-netvm-original", "preload-dispvm", "preload-dispvm-completed", "preload-dispvm-in-progress"];

    /// <summary>Refuses a call that the restrictions forbid.</summary>
    /// <exception cref="PermissionRefusedException">They do.</exception>
    public static void Check(Qube caller, string method, string argument)
    {
        switch (method)
        {
            case "admin.vm.feature.Set" or "admin.vm.feature.Remove" when OwnFeatures.Contains(argument, StringComparer.Ordinal):
                throw new PermissionRefusedException("changing this feature is prohibited by qubes.ext.admin.AdminExtension");
            case "admin.vm.tag.Set" or "admin.vm.tag.Remove" when argument.StartsWith(CreatorTags.Prefix, StringComparison.Ordinal) && !caller.IsDom0:
                throw new PermissionRefusedException("changing this tag is prohibited by qubes.ext.admin.AdminExtension");
        }
    }
}
