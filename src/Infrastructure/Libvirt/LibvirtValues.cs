using System.Runtime.InteropServices;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>libvirt's numbers and ours.</summary>
internal static unsafe class LibvirtValues
{
    private const int UuidBytes = 16;

    /// <summary>What a domain of this state (<c>virDomainState</c>) does. Source: spec, lifecycle.md 2.</summary>
    public static DomainActivity ActivityOf(int state) => state switch
    {
        3 => DomainActivity.Paused,
        4 => DomainActivity.Halting,
        5 => DomainActivity.Dying,
        6 => DomainActivity.Crashed,
        7 => DomainActivity.Suspended,
        _ => DomainActivity.Running,
    };

    /// <summary>What an event (<c>virDomainEventType</c>) says; null for those about definitions.</summary>
    public static DomainNoticeKind? KindOf(int happened) => happened switch
    {
        0 or 1 => null,
        2 => DomainNoticeKind.Started,
        3 => DomainNoticeKind.Paused,
        4 => DomainNoticeKind.Resumed,
        5 => DomainNoticeKind.Stopped,
        _ => DomainNoticeKind.Other,
    };

    /// <summary>The UUID of a domain that a callback was given; null when the library cannot tell.</summary>
    public static QubeId? FindUuid(nint domain)
    {
        var bytes = stackalloc byte[UuidBytes];
        return LibvirtNative.GetUuid(domain, bytes) < 0 ? null : Read(bytes);
    }

    /// <summary>The UUID of a domain.</summary>
    /// <exception cref="HypervisorException">The library cannot tell.</exception>
    public static QubeId Uuid(DomainHandle domain)
    {
        var bytes = stackalloc byte[UuidBytes];
        return LibvirtNative.GetUuid(domain, bytes) < 0 ? throw LibvirtError.Take().ToException() : Read(bytes);
    }

    /// <summary>Looks a domain up; null when the hypervisor does not know it.</summary>
    /// <exception cref="HypervisorException">It could not be asked.</exception>
    public static DomainHandle? Find(ConnectionHandle connection, QubeId qube)
    {
        var bytes = stackalloc byte[UuidBytes];
        qube.Value.TryWriteBytes(new Span<byte>(bytes, UuidBytes), bigEndian: true, out _);
        var domain = LibvirtNative.FindByUuid(connection, bytes);
        if (!domain.IsInvalid)
        {
            return domain;
        }

        domain.Dispose();
        var error = LibvirtError.Take();
        return error.Code == LibvirtError.NoDomain ? null : throw error.ToException();
    }

    /// <summary>What a domain is and does; null when it is not active.</summary>
    /// <exception cref="HypervisorException">It could not be asked.</exception>
    public static DomainStatus? Status(DomainHandle domain)
    {
        if (LibvirtNative.GetInfo(domain, out var info) < 0)
        {
            var error = LibvirtError.Take();
            return error.Code == LibvirtError.NoDomain ? null : throw error.ToException();
        }

        // Asked in this order, a domain that stops meanwhile is not taken for one that is being taken apart.
        var number = LibvirtNative.GetNumber(domain);
        if (number > int.MaxValue || LibvirtNative.IsActive(domain) != 1)
        {
            LibvirtNative.ResetLastError();
            return null;
        }

        var name = Marshal.PtrToStringUTF8(LibvirtNative.GetName(domain)) ?? throw LibvirtError.Take().ToException();
        return new DomainStatus(Uuid(domain), name, (int)number, ActivityOf(info.State))
        {
            MemoryKiB = (long)info.MemoryKiB,
            CpuTimeNs = (long)info.CpuTimeNs,
        };
    }

    /// <summary>Refuses the result of a call that failed.</summary>
    /// <exception cref="HypervisorException">It did.</exception>
    public static void Check(int result)
    {
        if (result < 0)
        {
            throw LibvirtError.Take().ToException();
        }
    }

    private static QubeId Read(byte* bytes) => new(new Guid(new ReadOnlySpan<byte>(bytes, UuidBytes), bigEndian: true));
}
