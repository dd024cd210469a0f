using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A connection of libvirt, closed when it was disposed and the last call that uses it has returned.</summary>
internal sealed class ConnectionHandle : SafeHandle
{
    /// <summary>Made by the generated calls.</summary>
    public ConnectionHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibvirtNative.Close(handle) >= 0;
}

/// <summary>A domain of libvirt; it keeps the library's connection alive.</summary>
internal sealed class DomainHandle : SafeHandle
{
    /// <summary>Made by the generated calls.</summary>
    public DomainHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <summary>Takes over a domain that the library gave in an array.</summary>
    public DomainHandle(nint domain)
        : base(0, ownsHandle: true) => SetHandle(domain);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibvirtNative.FreeDomain(handle) >= 0;
}
