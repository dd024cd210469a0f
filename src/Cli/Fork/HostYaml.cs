using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>The facts of a host as the description of one that is simulated.</summary>
/// <remarks>Format: docs/configuration.md. Texts are written as JSON strings, which YAML reads as well.</remarks>
internal static class HostYaml
{
    /// <summary>The description.</summary>
    internal static string Write(HostFacts facts)
    {
        var yaml = new StringBuilder("# A simulated host with the facts that the log knows of the real one.\n");
        Line(yaml, "hypervisor", facts.Hypervisor is "qemu" or "test" ? facts.Hypervisor : "xen");
        Line(yaml, "memory_mib", Math.Max(1, facts.MemoryMiB));
        Line(yaml, "dom0_memory_mib", Math.Max(1, facts.Dom0MemoryMiB));
        Line(yaml, "cpus", Math.Clamp(facts.Cpus, 1, 65536));
        Line(yaml, "cpu_family", Math.Clamp(facts.CpuFamily, 0, 65536));
        Line(yaml, "cpu_model", Math.Clamp(facts.CpuModel, 0, 65536));
        Line(yaml, "timezone", Text(facts.TimeZone));
        Line(yaml, "file_system", $"{{reflink: {(facts.Reflink ? "true" : "false")}}}");
        List(yaml, "kernels", facts.Kernels.Select(kernel => Text(kernel.Name)));
        List(yaml, "pci_devices", facts.PciDevices.Select(device => Device(facts, device)));
        return yaml.ToString();
    }

    private static void Line(StringBuilder yaml, string key, object value) => yaml.Append(CultureInfo.InvariantCulture, $"{key}: {value}\n");

    private static void List(StringBuilder yaml, string key, IEnumerable<string> items)
    {
        var all = items.ToList();
        Line(yaml, key, all.Count == 0 ? "[]" : "");
        all.ForEach(item => yaml.Append("  - ").Append(item).Append('\n'));
    }

    // A port is the way from the root bus: what lies behind another device begins with that one's port.
    private static string Device(HostFacts facts, PciDevice device)
    {
        var parts = new List<string> { "address: " + Text(device.Address) };
        if (device.Port.LastIndexOf('-') is > 0 and var end && facts.PciDevices.FirstOrDefault(other => other.Port == device.Port[..end]) is { } bridge)
        {
            parts.Add("behind: " + Text(bridge.Address));
        }

        parts.Add("class: " + Text("0x" + device.ClassCode));
        parts.Add($"vendor: [{Text(device.VendorId)}, {Text(device.Vendor ?? "")}]");
        parts.Add($"product: [{Text(device.ProductId)}, {Text(device.Product ?? "")}]");
        if (facts.PciDevices.FirstOrDefault(other => other.Port.StartsWith(device.Port + "-", StringComparison.Ordinal)) is { } child &&
            child.Address.Split(':') is [_, var bus, _] && int.TryParse(bus, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number))
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"secondary_bus: {number}"));
        }

        return "{" + string.Join(", ", parts) + "}";
    }

    private static string Text(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.Default) + "\"";
}
