namespace Qubes.Cqrs.Commands;

/// <summary>Figures of the host that change all the time, so that they are no facts of the log.</summary>
/// <param name="Dom0MemoryKiB">The memory that dom0 has now.</param>
/// <param name="Dom0CpuTimeNs">The processor time that dom0 has used since the host started.</param>
public sealed record HostFigures(long Dom0MemoryKiB, long Dom0CpuTimeNs);
