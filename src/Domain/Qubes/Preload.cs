namespace Qubes.Cqrs.Domain;

/// <summary>Disposables that are kept ready.</summary>
public static class Preload
{
    /// <summary>Whether the template's feature <c>preload-dispvm</c> lists the disposable.</summary>
    public static bool Lists(World world, Qube qube) =>
        Templates.Of(world, qube)?.Features.Find("preload-dispvm") is { } names && names.Split(' ').Contains(qube.Name, StringComparer.Ordinal);
}
