using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The power states that can be told without a hypervisor: dom0 and remote qubes run, everything else is off.</summary>
internal static class PowerStates
{
    internal static string Of(Qube qube) => qube.Class is QubeClass.AdminVM or QubeClass.RemoteVM ? "Running" : "Halted";
}
