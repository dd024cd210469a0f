using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>One connection to libvirt, from its opening until it is lost or closed. All its methods may block.</summary>
internal sealed unsafe class LibvirtConnection : IDisposable
{
    private const int Lifecycle = 0;
    private static readonly ConcurrentDictionary<nint, LibvirtConnection> Registered = new();
    private static long lastNumber;

    private readonly nint number = (nint)Interlocked.Increment(ref lastNumber);
    private readonly Action<DomainNotice> notice;
    private readonly ManualResetEvent lost = new(false);
    private int registration = -1;

    private LibvirtConnection(ConnectionHandle handle, Action<DomainNotice> notice)
    {
        Handle = handle;
        this.notice = notice;
    }

    /// <summary>What the calls take.</summary>
    public ConnectionHandle Handle { get; }

    /// <summary>Set when the connection is lost.</summary>
    public WaitHandle Lost => lost;

    /// <summary>Opens a connection and registers for what happens to domains.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="notice">Told what happens, on the thread of the event loop: it must not block.</param>
    /// <exception cref="HypervisorException">It cannot be opened (<see cref="HypervisorFault.Unreachable"/>).</exception>
    public static LibvirtConnection Open(LibvirtOptions options, Action<DomainNotice> notice)
    {
        LibvirtLibrary.EnsureReady();
        var handle = LibvirtNative.Open(options.Uri);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw new HypervisorException(HypervisorFault.Unreachable, $"cannot connect to {options.Uri}: {LibvirtError.Take().Message}");
        }

        var connection = new LibvirtConnection(handle, notice);
        try
        {
            connection.Register(options);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs calls; a failure of a connection that has broken is told as such.</summary>
    /// <exception cref="HypervisorException">The call failed.</exception>
    public T Run<T>(Func<ConnectionHandle, T> call)
    {
        try
        {
            return call(Handle);
        }
        catch (HypervisorException failure) when (failure.Fault is HypervisorFault.Failed or HypervisorFault.Unreachable && !IsAlive())
        {
            MarkLost();
            throw new HypervisorException(HypervisorFault.Unreachable, failure.Message);
        }
        catch (ObjectDisposedException)
        {
            throw new HypervisorException(HypervisorFault.Unreachable, "the connection to libvirt was lost");
        }
    }

    /// <summary>Takes the registrations back and closes the connection as soon as no call uses it any more.</summary>
    public void Dispose()
    {
        if (Registered.TryRemove(number, out _))
        {
            LibvirtNative.UnregisterClose(Handle, &OnClosed);
            if (registration >= 0)
            {
                LibvirtNative.UnregisterEvent(Handle, registration);
            }

            LibvirtNative.ResetLastError();
        }

        Handle.Dispose();
    }

    private void Register(LibvirtOptions options)
    {
        Registered[number] = this;
        registration = LibvirtNative.RegisterEvent(Handle, 0, Lifecycle, &OnLifecycle, number, 0);
        if (registration < 0)
        {
            throw new HypervisorException(HypervisorFault.Unreachable, $"{options.Uri} tells no events: {LibvirtError.Take().Message}");
        }

        // Drivers inside of the library (test) have no other side that could go away, and refuse these two.
        _ = LibvirtNative.SetKeepAlive(Handle, options.KeepAliveSeconds, options.KeepAliveCount);
        _ = LibvirtNative.RegisterClose(Handle, &OnClosed, number, 0);
        LibvirtNative.ResetLastError();
    }

    private bool IsAlive()
    {
        try
        {
            var alive = LibvirtNative.IsAlive(Handle);
            LibvirtNative.ResetLastError();
            return alive == 1;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private void MarkLost() => lost.Set();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClosed(nint connection, int reason, nint number)
    {
        if (Registered.TryGetValue(number, out var ours))
        {
            ours.MarkLost();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int happened, int detail, nint number)
    {
        try
        {
            if (Registered.TryGetValue(number, out var ours) && LibvirtValues.KindOf(happened) is { } kind && LibvirtValues.FindUuid(domain) is { } qube)
            {
                ours.notice(new DomainNotice(qube, kind));
            }
        }
#pragma warning disable CA1031 // Nothing may pass into native code; a hint that is lost is made up for.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        return 0;
    }
}
