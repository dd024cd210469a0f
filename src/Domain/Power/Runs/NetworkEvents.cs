namespace Qubes.Cqrs.Domain;

/// <summary>The network interface of a running qube leads elsewhere.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Run">The run's identity.</param>
/// <param name="NetVm">The qube that it leads to; null when it was taken away.</param>
public sealed record NetworkConnected(QubeId Qube, string Run, QubeId? NetVm) : RunEvent(Qube, Run);
