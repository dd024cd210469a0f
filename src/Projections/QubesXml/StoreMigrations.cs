using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Takes over what older versions wrote.</summary>
/// <remarks>Source: spec, qubes-xml 4 and properties (<c>_legacy</c>).</remarks>
internal static class StoreMigrations
{
    private const string MemoryFeature = "service.meminfo-writer";

    /// <summary>The colour of a label: one grey was corrected.</summary>
    public static string Color(string color) => color == "0x555753" ? "0x555555" : color;

    /// <summary>Whether a property of older versions became another one.</summary>
    public static bool IsLegacy(QubeClass @class, string property) => property switch
    {
        "hvm" => @class is not (QubeClass.AdminVM or QubeClass.RemoteVM),
        "dispvm_allowed" => @class == QubeClass.AppVM,
        _ => false,
    };

    /// <summary>A qube with what its older properties became; an explicit newer one comes first.</summary>
    public static Qube Legacy(StoreElement domain, Qube qube)
    {
        foreach (var element in domain.At("properties", "property"))
        {
            var name = element.Required("name");
            if (!IsLegacy(qube.Class, name))
            {
                continue;
            }

            var text = StoreProperties.TextOf(element);
            var value = StoreText.AsBoolean(text)
                ?? throw element.Fault(QubesXmlFault.InvalidValue, $"Invalid literal for boolean property: '{text}'");
            qube = name == "hvm"
                ? WithNew(qube, "virt_mode", PropertyValue.Of(value ? "hvm" : "pv"))
                : WithNew(qube, "template_for_dispvms", PropertyValue.Of(value));
        }

        return qube;
    }

    /// <summary>A qube without the feature that once switched memory balancing; an empty value switched it off.</summary>
    public static Qube MemoryBalancing(Qube qube)
    {
        if (qube.IsDom0 || !qube.IsLocal || qube.Features.Find(MemoryFeature) is not { } value)
        {
            return qube;
        }

        var migrated = qube with { Features = qube.Features.Without(MemoryFeature) };
        return value.Length > 0 ? migrated : migrated with { Properties = qube.Properties.With("maxmem", PropertyValue.Of(0)) };
    }

    /// <summary>The path of a PCI device that older versions named by bus, device and function, <c>02_00.0</c>; of a device that is not there, what it was.</summary>
    public static string PciPort(string port, IReadOnlyList<PciDevice> devices) => devices.Any(device => device.Port == port)
        ? port
        : devices.FirstOrDefault(device => device.Address == "0000:" + port.Replace('_', ':'))?.Port ?? port;

    private static Qube WithNew(Qube qube, string property, PropertyValue value) =>
        qube.Properties.ContainsKey(property) ? qube : qube with { Properties = qube.Properties.With(property, value) };
}
