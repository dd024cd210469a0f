namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary><c>lvm_thin</c> on a stand-in of LVM's tools.</summary>
public sealed class LvmConformanceTests() : DriverConformance(new LvmBench());
