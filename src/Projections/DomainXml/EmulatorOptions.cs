using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>What the domain that emulates devices is told.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (hvm devices), properties.yaml, dns; the addresses are the real ones (recorded, <c>h-fakeip</c>).</remarks>
internal static class EmulatorOptions
{
    private const string FirstDns = "10.139.1.1";
    private const string SecondDns = "10.139.1.2";
    private const string Netmask = "255.255.255.255";

    internal static string Of(World world, Qube qube)
    {
        string?[] options =
        [
            string.Create(CultureInfo.InvariantCulture, $"-qubes-audio:audiovm_xid={AudioXid(world, qube)}"),
            FeatureLookup.WithTemplate(world, qube, "qemu-extra-args"),
            IsDebugged(world, qube) ? "-trace xen_platform_log" : null,
            NetworkValues.NetVm(world, qube) is { } netvm ? Network(world, qube, netvm) : null,
        ];
        return string.Join(' ', options.Where(option => !string.IsNullOrEmpty(option))).TrimEnd();
    }

    /// <summary>Whether the user wants to see what happens.</summary>
    internal static bool IsDebugged(World world, Qube qube) => PropertyValues.Get(world, qube, "debug") == PropertyValue.True;

    private static int AudioXid(World world, Qube qube) => PropertyValues.GetQube(world, qube, "audiovm") switch
    {
        null => -1,
        { IsDom0: true } => 0,
        var audiovm => PowerStates.Active(world, audiovm.Id)?.Xid ?? -1,
    };

    private static string Network(World world, Qube qube, Qube netvm)
    {
        // A default network need not provide any: it has no address to lead through then.
        var (ip, gateway) = (NetworkValues.Ip(world, qube), NetworkValues.Gateway(world, netvm) is { } address ? $"gw={address}," : "");
        return DeviceModel.IsLinux(world, qube)
            ? $"-qubes-net:client_ip={ip},dns_0={FirstDns},dns_1={SecondDns},{gateway}netmask={Netmask}"
            : $"-net lwip,client_ip={ip},server_ip={SecondDns},dns={FirstDns},{gateway}netmask={Netmask}";
    }
}
