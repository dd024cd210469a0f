using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What clients are told when the outside fails.</summary>
/// <remarks>Source: spec, lifecycle.md 3.</remarks>
internal static class PowerFaults
{
    private const string GoneText = "qubesdb not connected, VM was killed in the meantime";

    /// <summary>Whether it is a fault of the outside or a refusal, not a bug.</summary>
    internal static bool IsExpected(Exception e) => e is DomainException or HypervisorException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>The reason as events tell it.</summary>
    internal static string Reason(Exception e) => e is OperationCanceledException ? GoneText : e.Message;

    /// <summary>The refusal of a start.</summary>
    internal static DomainException OfStart(Exception e) => e switch
    {
        DomainException refusal => refusal,
        HypervisorException => new RefusedException($"Start failed: {e.Message}, see /var/log/libvirt/libxl/libxl-driver.log for details"),
        _ => new RefusedException(Reason(e)),
    };

    /// <summary>The refusal of anything else.</summary>
    internal static DomainException Of(Exception e) => e as DomainException ?? new RefusedException(Reason(e));
}
