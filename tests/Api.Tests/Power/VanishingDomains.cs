using System.Reflection;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A hypervisor whose domains go by themselves just before they are asked to shut down; nobody is told.</summary>
public class VanishingDomains : DispatchProxy
{
    private IHypervisor inner = null!;

    internal static IHypervisor Around(IHypervisor inner)
    {
        var proxy = Create<IHypervisor, VanishingDomains>();
        ((VanishingDomains)(object)proxy).inner = inner;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IHypervisor.ShutdownAsync)
        ? new ValueTask(ShutdownAsync((QubeId)args![0]!, (string)args[1]!, (CancellationToken)args[2]!))
        : targetMethod.Invoke(inner, args);

    private async Task ShutdownAsync(QubeId qube, string name, CancellationToken ct)
    {
        await inner.DestroyAsync(qube, ct);
        await inner.ShutdownAsync(qube, name, ct);
    }
}
