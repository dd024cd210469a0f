namespace Qubes.Cqrs.Domain;

/// <summary>What a kernel of the host is told when a qube starts with it.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (cmdline, common opts, boot mode opts).</remarks>
public static class KernelCommandLine
{
    private const string BeforeMode = "root=/dev/mapper/dmroot ro ";
    private const string NoMode = "nomodeset ";
    private const string AfterMode = "console=hvc0 rd_NO_PLYMOUTH rd.plymouth.enable=0 plymouth.enable=0 xen_privcmd.unrestricted ";

    /// <summary>The options in their order, or null for a guest that brings its own kernel.</summary>
    public static string? Of(World world, Qube qube)
    {
        var kernel = QubeKernel.Name(world, qube);
        if (kernel.Length == 0)
        {
            return null;
        }

        var own = PropertyValues.Get(world, qube, "kernelopts")?.Text ?? "";
        return Has(world, qube, "no-default-kernelopts")
            ? own + BootMode(world, qube)
            : Machine(world, qube) + Common(world, qube, kernel) + own + Security(world, qube) + BootMode(world, qube);
    }

    private static string Machine(World world, Qube qube) =>
        Feature(world, qube, "os") == "Linux" ? $"systemd.machine_id={qube.Id.Value:N} " : "";

    private static string Common(World world, Qube qube, string kernel) => QubeKernel.Installed(world, kernel)?.CommonOptions is { } options
        ? options + " "
        : BeforeMode + (SetsMode(world, qube) ? "" : NoMode) + AfterMode;

    // A guest with a graphics card of its own is to use it.
    private static bool SetsMode(World world, Qube qube) =>
        Has(world, qube, "no-nomodeset") || Devices.Assigned(qube, PciDevice.Class).Any(device => IsDisplay(world, device));

    private static bool IsDisplay(World world, DeviceAssignment assignment) => KnownDevices.Matching(world, assignment.Address)
        .Any(device => DeviceInterface.Split(device.Interfaces).Any(code => DeviceCategory.Of(code) == "Display"));

    private static string Security(World world, Qube qube)
    {
        if (Feature(world, qube, "apparmor") == "1")
        {
            return " apparmor=1 security=apparmor";
        }

        return Feature(world, qube, "selinux") == "1" ? " selinux=1 security=selinux" : "";
    }

    private static string BootMode(World world, Qube qube) =>
        PropertyValues.Get(world, qube, "bootmode")?.Text is { } mode && mode != "default" &&
        Feature(world, qube, "boot-mode.kernelopts." + mode) is { Length: > 0 } options
            ? " " + options
            : "";

    private static bool Has(World world, Qube qube, string feature) => !string.IsNullOrEmpty(Feature(world, qube, feature));

    private static string? Feature(World world, Qube qube, string feature) => FeatureLookup.WithTemplate(world, qube, feature);
}
