namespace Qubes.Cqrs.Api;

/// <summary>The services of dom0 through which qrexec hands calls of the Admin API over.</summary>
/// <remarks>
/// A service that is a link to the daemon's socket is called without starting a process: qrexec connects and sends the header itself. Source: spec, wire protocol 9.
/// </remarks>
internal static class PackagedServices
{
    /// <summary>The folder of the services.</summary>
    internal const string Folder = "etc/qubes-rpc";

    /// <summary>Where their links lead, seen from there.</summary>
    internal const string Socket = "../../var/run/qubesd.sock";

    /// <summary>Served by a script around the call: more has to be done in dom0 than the daemon's answer.</summary>
    private const string Console = "admin.vm.Console";

    /// <summary>A class of devices for tests of the original, in no package.</summary>
    private const string TestClass = ".testclass.";

    /// <summary>
    /// The calls that another qube may make, by name: those of the daemon's own socket, also of packages beside it, which it refuses by itself where they are missing.
    /// </summary>
    internal static IEnumerable<AdminMethod> Callable => MethodTable.All
        .Where(method => method.Socket == SocketKind.Admin || (method.Socket is null && method.Scope != MethodScope.None))
        .Where(method => !method.Name.Contains(TestClass, StringComparison.Ordinal))
        .OrderBy(method => method.Name, StringComparer.Ordinal);

    /// <summary>A link for each call that needs no more than the socket.</summary>
    internal static IEnumerable<PackagedFile> Links => Callable
        .Where(method => method.Socket == SocketKind.Admin && method.Name != Console)
        .Select(method => new PackagedFile($"{Folder}/{method.Name}", Socket, IsLink: true));
}
