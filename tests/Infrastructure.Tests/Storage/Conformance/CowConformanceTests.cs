namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary><c>file</c>, as far as it goes without the device mapper.</summary>
public sealed class CowConformanceTests() : DriverConformance(new CowBench());
