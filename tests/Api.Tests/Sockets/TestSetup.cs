using System.Runtime.CompilerServices;

namespace Qubes.Cqrs.Api.Tests;

internal static class TestSetup
{
    // Both ends of 4,000 connections are in this process.
#pragma warning disable CA2255 // a test assembly is not a library
    [ModuleInitializer]
    internal static void RaiseDescriptors() => ProcessLimits.RaiseFileDescriptors();
#pragma warning restore CA2255
}
