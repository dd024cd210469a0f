namespace Qubes.Cqrs.Api;

/// <summary>How the files of the method table write their rows.</summary>
internal static class MethodRows
{
    internal const MethodAccess ReadWrite = MethodAccess.Read | MethodAccess.Write;
    internal const MethodAccess ReadExecute = MethodAccess.Read | MethodAccess.Execute;

    internal static readonly string[] QubeClasses = ["AdminVM", "AppVM", "DispVM", "RemoteVM", "StandaloneVM", "TemplateVM"];
    internal static readonly string[] DeviceClasses = ["block", "pci"];
    internal static readonly string[] AddOnDeviceClasses = ["mic", "usb", "testclass"];

    /// <summary>A call on <c>qubesd.sock</c>.</summary>
    internal static AdminMethod Row(
        string name, Presence argument, Presence payload, DestinationRule destination, MethodScope scope, MethodAccess access, Duration duration = Duration.Short) =>
        new(name, SocketKind.Admin, argument, payload, destination, scope, access) { Duration = duration };

    /// <summary>A call on <c>qubesd.sock</c> that only the older documents know.</summary>
    internal static AdminMethod Seed(
        string name, Presence argument, Presence payload, DestinationRule destination, MethodScope scope, MethodAccess access) =>
        Row(name, argument, payload, destination, scope, access) with { IsSeedOnly = true };

    /// <summary>A call among the components of dom0, which no policy classifies.</summary>
    internal static AdminMethod Unclassified(
        SocketKind socket, string name, Presence argument, Presence payload, DestinationRule destination, Duration duration = Duration.Short) =>
        new(name, socket, argument, payload, destination, MethodScope.None, MethodAccess.None) { Duration = duration };

    /// <summary>A call of the API that another program of dom0 serves.</summary>
    internal static AdminMethod Elsewhere(string name, Presence argument, Presence payload, DestinationRule destination) =>
        new(name, null, argument, payload, destination, MethodScope.None, MethodAccess.None);

    /// <summary>A call that services of dom0 pass on over <c>qubesd.internal.sock</c>; it refuses in words of its own.</summary>
    internal static AdminMethod PassedOn(string name, Presence argument, Presence payload, DestinationRule destination) =>
        Unclassified(SocketKind.Internal, name, argument, payload, destination) with { ChecksPresence = true };

    /// <summary>One row for each device class, those of add-ons included, in place of <c>{endpoint}</c>.</summary>
    internal static IEnumerable<AdminMethod> EachDevice(AdminMethod row) =>
        [.. Each(DeviceClasses, row), .. Each(AddOnDeviceClasses, row with { IsAddOn = true })];

    /// <summary>One row for each class in place of <c>{endpoint}</c>.</summary>
    internal static IEnumerable<AdminMethod> Each(string[] endpoints, AdminMethod row) =>
        endpoints.Select(endpoint => row with { Name = row.Name.Replace("{endpoint}", endpoint, StringComparison.Ordinal) });
}
