using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The calls into libvirt's C library that the daemon needs; the library is loaded by the first of them.</summary>
/// <remarks>Documented at libvirt's reference of the modules host, domain, event and virterror. All of them may block. A call that fails leaves
/// its error in the thread it ran on: <see cref="LibvirtError"/>. The callbacks' last argument is the number of a connection
/// (<see cref="LibvirtConnection"/>), never an address, so that a late one finds nothing instead of freed memory.</remarks>
internal static unsafe partial class LibvirtNative
{
    /// <summary>The library's file, whose interface has been the same since its version 0.</summary>
    public const string Library = "libvirt.so.0";

    [LibraryImport(Library, EntryPoint = "virInitialize")]
    public static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "virSetErrorFunc")]
    public static partial void SetErrorFunction(nint opaque, delegate* unmanaged[Cdecl]<nint, nint, void> function);

    /// <summary>This thread's last error, or null; it belongs to the library.</summary>
    [LibraryImport(Library, EntryPoint = "virGetLastError")]
    public static partial NativeError* GetLastError();

    [LibraryImport(Library, EntryPoint = "virResetLastError")]
    public static partial void ResetLastError();

    [LibraryImport(Library, EntryPoint = "virEventRegisterDefaultImpl")]
    public static partial int RegisterEventLoop();

    [LibraryImport(Library, EntryPoint = "virEventRunDefaultImpl")]
    public static partial int RunEventLoopOnce();

    [LibraryImport(Library, EntryPoint = "virConnectOpen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial ConnectionHandle Open(string uri);

    [LibraryImport(Library, EntryPoint = "virConnectClose")]
    public static partial int Close(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectIsAlive")]
    public static partial int IsAlive(ConnectionHandle connection);

    [LibraryImport(Library, EntryPoint = "virConnectSetKeepAlive")]
    public static partial int SetKeepAlive(ConnectionHandle connection, int intervalSeconds, uint count);

    [LibraryImport(Library, EntryPoint = "virConnectRegisterCloseCallback")]
    public static partial int RegisterClose(ConnectionHandle connection, delegate* unmanaged[Cdecl]<nint, int, nint, void> closed, nint number, nint free);

    [LibraryImport(Library, EntryPoint = "virConnectUnregisterCloseCallback")]
    public static partial int UnregisterClose(ConnectionHandle connection, delegate* unmanaged[Cdecl]<nint, int, nint, void> closed);

    /// <summary>Registers for events of one kind, of every domain when none is named.</summary>
    [LibraryImport(Library, EntryPoint = "virConnectDomainEventRegisterAny")]
    public static partial int RegisterEvent(
        ConnectionHandle connection, nint domain, int kind, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int> happened, nint number, nint free);

    [LibraryImport(Library, EntryPoint = "virConnectDomainEventDeregisterAny")]
    public static partial int UnregisterEvent(ConnectionHandle connection, int registration);

    /// <summary>Gives an array of domains, to be freed with <see cref="Free"/>, each domain with <see cref="FreeDomain"/>.</summary>
    [LibraryImport(Library, EntryPoint = "virConnectListAllDomains")]
    public static partial int List(ConnectionHandle connection, out nint* domains, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainLookupByUUID")]
    public static partial DomainHandle FindByUuid(ConnectionHandle connection, byte* uuid);

    [LibraryImport(Library, EntryPoint = "virDomainDefineXML", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DomainHandle Define(ConnectionHandle connection, string xml);

    [LibraryImport(Library, EntryPoint = "virDomainFree")]
    public static partial int FreeDomain(nint domain);

    /// <summary>A domain's UUID, in the order of its text.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetUUID")]
    public static partial int GetUuid(DomainHandle domain, byte* uuid);

    /// <summary>The same, of a domain that only a callback holds.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetUUID")]
    public static partial int GetUuid(nint domain, byte* uuid);

    /// <summary>A domain's name, which lives as long as the handle.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetName")]
    public static partial nint GetName(DomainHandle domain);

    /// <summary>A domain's number; the largest one when it is not active.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetID")]
    public static partial uint GetNumber(DomainHandle domain);

    [LibraryImport(Library, EntryPoint = "virDomainIsActive")]
    public static partial int IsActive(DomainHandle domain);

    [LibraryImport(Library, EntryPoint = "virDomainGetState")]
    public static partial int GetState(DomainHandle domain, out int state, out int reason, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainGetInfo")]
    public static partial int GetInfo(DomainHandle domain, out NativeDomainInfo info);

    /// <summary>A domain's XML, to be freed with <see cref="Free"/>.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetXMLDesc")]
    public static partial nint GetXml(DomainHandle domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainCreateWithFlags")]
    public static partial int Create(DomainHandle domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainSuspend")]
    public static partial int Pause(DomainHandle domain);

    [LibraryImport(Library, EntryPoint = "virDomainResume")]
    public static partial int Resume(DomainHandle domain);

    [LibraryImport(Library, EntryPoint = "virDomainPMSuspendForDuration")]
    public static partial int Suspend(DomainHandle domain, uint target, ulong durationSeconds, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainPMWakeup")]
    public static partial int WakeUp(DomainHandle domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainDestroy")]
    public static partial int Destroy(DomainHandle domain);

    [LibraryImport(Library, EntryPoint = "virDomainUndefineFlags")]
    public static partial int Undefine(DomainHandle domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainAttachDevice", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Attach(DomainHandle domain, string xml);

    [LibraryImport(Library, EntryPoint = "virDomainDetachDevice", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Detach(DomainHandle domain, string xml);

    [LibraryImport("libc", EntryPoint = "free")]
    public static partial void Free(nint memory);
}

/// <summary>The start of libvirt's <c>virError</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeError
{
    public int Code;
    public int Domain;
    public nint Message;
}

/// <summary>libvirt's <c>virDomainInfo</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDomainInfo
{
    public byte State;
    public nuint MaxMemoryKiB;
    public nuint MemoryKiB;
    public ushort Processors;
    public ulong CpuTimeNs;
}
