using System.Runtime.Versioning;
using Qubes.Cqrs.EndToEnd.Tests;

[assembly: SupportedOSPlatform("linux")]

// Every test has a daemon and a PostgreSQL of its own: two at once would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SuiteCleanup))]

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Ends whatever a test left behind, also when the run is interrupted.</summary>
public sealed class SuiteCleanup : IAsyncDisposable
{
    public SuiteCleanup()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Leftovers.EndAll();
        Console.CancelKeyPress += (_, _) => Leftovers.EndAll();
    }

    public async ValueTask DisposeAsync()
    {
        await FreshRoot.DiscardTemplateAsync();
        Leftovers.EndAll();
    }
}
