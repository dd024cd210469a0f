namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary><c>lvm_thin</c> on a stand-in of LVM's tools.</summary>
public sealed class LvmConformanceTests() : DriverConformance(new LvmBench());

/// <summary><c>zfs</c> on a stand-in of ZFS's tool.</summary>
public sealed class ZfsConformanceTests() : DriverConformance(new ZfsBench());

/// <summary><c>callback</c> around <c>file-reflink</c>.</summary>
public sealed class CallbackConformanceTests() : DriverConformance(new CallbackBench());
