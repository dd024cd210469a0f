using System.Runtime.InteropServices;
using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What libvirt said about the last call of this thread.</summary>
/// <param name="Code">Its number (<c>virErrorNumber</c>); 0 when it said nothing.</param>
/// <param name="Message">Its own words.</param>
internal readonly record struct LibvirtError(int Code, string Message)
{
    /// <summary>The domain is not known.</summary>
    public const int NoDomain = 42;

    private const int NoSupport = 3;
    private const int NoConnect = 5;
    private const int InvalidConnection = 6;
    private const int Rpc = 39;
    private const int OperationInvalid = 55;
    private const int ConfigUnsupported = 67;
    private const int ArgumentUnsupported = 74;
    private const int OperationUnsupported = 84;

    /// <summary>Takes the last error of this thread.</summary>
    public static unsafe LibvirtError Take()
    {
        var error = LibvirtNative.GetLastError();
        var taken = error == null
            ? new LibvirtError(0, "libvirt failed without a word")
            : new LibvirtError(error->Code, Marshal.PtrToStringUTF8(error->Message) ?? $"libvirt's error {error->Code}");
        LibvirtNative.ResetLastError();
        return taken;
    }

    /// <summary>What kind of fault it is.</summary>
    public HypervisorFault Fault => Code switch
    {
        NoDomain => HypervisorFault.NoDomain,
        OperationInvalid => HypervisorFault.InvalidOperation,
        NoSupport or ConfigUnsupported or ArgumentUnsupported or OperationUnsupported => HypervisorFault.NotSupported,
        NoConnect or InvalidConnection or Rpc => HypervisorFault.Unreachable,
        _ => HypervisorFault.Failed,
    };

    /// <summary>The exception for it.</summary>
    public HypervisorException ToException() => new(Fault, Message);
}
