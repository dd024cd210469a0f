using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The library itself: loaded and set up once per process, with one thread that runs its event loop for ever.</summary>
internal static unsafe class LibvirtLibrary
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);
    private static readonly Lock Gate = new();
    private static bool isReady;

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled
    {
        get
        {
            if (!NativeLibrary.TryLoad(LibvirtNative.Library, out var library))
            {
                return false;
            }

            NativeLibrary.Free(library);
            return true;
        }
    }

    /// <summary>Sets the library up, unless that is done.</summary>
    /// <exception cref="HypervisorException">It is not installed, or does not start.</exception>
    public static void EnsureReady()
    {
        lock (Gate)
        {
            if (isReady)
            {
                return;
            }

            try
            {
                SetUp();
            }
            catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                throw new HypervisorException(
                    HypervisorFault.Unreachable,
                    $"{LibvirtNative.Library} cannot be used: install libvirt's client library (apt-get install libvirt0, or dnf install libvirt-libs)");
            }

            isReady = true;
        }
    }

    private static void SetUp()
    {
        if (LibvirtNative.Initialize() < 0)
        {
            throw LibvirtError.Take().ToException();
        }

        // Without a function of ours the library prints every error to our standard error output.
        LibvirtNative.SetErrorFunction(0, &Ignore);
        if (LibvirtNative.RegisterEventLoop() < 0)
        {
            throw LibvirtError.Take().ToException();
        }

        new Thread(RunEvents) { IsBackground = true, Name = "libvirt events" }.Start();
    }

    // The loop is the process's, not a connection's: it cannot be taken back from the library, so it never ends.
    private static void RunEvents()
    {
        using var never = new ManualResetEventSlim();
        while (true)
        {
            if (LibvirtNative.RunEventLoopOnce() < 0)
            {
                LibvirtNative.ResetLastError();
                never.Wait(AfterFailure);
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(nint opaque, nint error)
    {
        // Each error is read from the thread it happened in.
    }
}
