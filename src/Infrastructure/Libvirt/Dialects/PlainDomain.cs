using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The little that a domain needs on a hypervisor that is not Xen: no volume, no network, no device of Qubes.</summary>
/// <param name="Qube">Its UUID.</param>
/// <param name="Name">Its name.</param>
/// <param name="MemoryMiB">Its memory.</param>
/// <param name="Processors">How many processors it has.</param>
public sealed record PlainDomain(QubeId Qube, string Name, int MemoryMiB, int Processors)
{
    /// <summary>The kernel's path; null for what the hypervisor starts by itself.</summary>
    public string? Kernel { get; init; }

    /// <summary>The path of the kernel's first file system; null without one.</summary>
    public string? InitialDisk { get; init; }

    /// <summary>The kernel's arguments.</summary>
    public string KernelArguments { get; init; } = "";
}
