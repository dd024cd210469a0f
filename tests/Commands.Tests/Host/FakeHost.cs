using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>A host whose facts and figures a test sets.</summary>
internal sealed class FakeHost : IHost
{
    public HostFacts Facts { get; set; } = HostFacts.Unknown;

    public int Measured { get; private set; }

    public Func<HostFacts>? Observing { get; set; }

    public HostFacts Observe() => Observing?.Invoke() ?? Facts;

    public HostFigures Measure() => new(4096, ++Measured);
}
