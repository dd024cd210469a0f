namespace Qubes.Cqrs.Domain;

/// <summary>Kernels: which are there, and the options that a qube's kernel starts with.</summary>
/// <remarks>Source: spec, properties.yaml, kernel, kernelopts, bootmode.</remarks>
public static class KernelDefaults
{
    /// <summary>The longest accepted kernel options.</summary>
    public const int MaxOptions = 512;

    private const string UsualOptions = "swiotlb=2048";

    /// <summary>Refuses a kernel that is not installed; the empty name stands for no kernel of the host's.</summary>
    /// <exception cref="InvalidPropertyValueException">It is not there, or not whole.</exception>
    public static void CheckInstalled(World world, string kernel)
    {
        if (kernel.Length == 0)
        {
            return;
        }

        // "." and ".." name folders that are there, but never hold a kernel.
        var found = world.Host.Kernels.FirstOrDefault(installed => installed.Name == kernel);
        if (found is null && kernel is not ("." or ".."))
        {
            throw new InvalidPropertyValueException($"Kernel {PythonText.Repr(kernel)} not installed");
        }

        if (found is not { HasImage: true })
        {
            throw new InvalidPropertyValueException($"Kernel {PythonText.Repr(kernel)} not properly installed: missing 'vmlinuz' file");
        }
    }

    /// <summary>The default of <c>kernelopts</c>; null while the kernel itself cannot be read.</summary>
    public static PropertyValue? Options(World world, Qube qube)
    {
        if (PropertyValues.Get(world, qube, "kernel") is not { } kernel)
        {
            return null;
        }

        if (string.IsNullOrEmpty(kernel.Text))
        {
            return PropertyValue.EmptyText;
        }

        var installed = world.Host.Kernels.FirstOrDefault(candidate => candidate.Name == kernel.Text);
        if (qube.Devices.Any(device => device.Class == "pci"))
        {
            var suspend = string.IsNullOrEmpty(world.Dom0.Features.Find("suspend-s0ix")) ? "" : " qubes_exp_pm_use_suspend=1";
            return PropertyValue.Of((installed?.PciOptions ?? "") + suspend);
        }

        if (Templates.Of(world, qube) is { } template)
        {
            return PropertyValues.Get(world, template, "kernelopts");
        }

        return PropertyValue.Of(installed?.NoPciOptions ?? UsualOptions);
    }

    /// <summary>The default of <c>bootmode</c>.</summary>
    public static PropertyValue BootMode(World world, Qube qube)
    {
        if (qube.Features.Find("boot-mode.active") is { } active && IsKnown(world, qube, active))
        {
            return PropertyValue.Of(active);
        }

        for (var template = Templates.Of(world, qube); template is not null; template = Templates.Of(world, template))
        {
            if (template.Class == QubeClass.TemplateVM &&
                PropertyValues.Get(world, template, "appvm_default_bootmode")?.Text is { } mode && IsKnown(world, qube, mode))
            {
                return PropertyValue.Of(mode);
            }
        }

        return PropertyValue.Of("default");
    }

    private static bool IsKnown(World world, Qube qube, string mode) =>
        mode == "default" || FeatureLookup.WithTemplate(world, qube, "boot-mode.kernelopts." + mode) is not null;
}
