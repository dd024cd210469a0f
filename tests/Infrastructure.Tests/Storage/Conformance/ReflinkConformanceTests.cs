namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary><c>file-reflink</c> where files can share blocks.</summary>
public sealed class ReflinkOnXfsTests(XfsDisk disk) : DriverConformance(new ReflinkBench(disk.Disk)), IClassFixture<XfsDisk>;

/// <summary><c>file-reflink</c> where they cannot, so that they are copied.</summary>
public sealed class ReflinkOnExt4Tests(Ext4Disk disk) : DriverConformance(new ReflinkBench(disk.Disk)), IClassFixture<Ext4Disk>;
