namespace Qubes.Cqrs.Projections;

/// <summary>The folder with a file for each service of dom0 that is switched on.</summary>
public interface IServiceFolder
{
    /// <summary>Makes the files that are missing and removes those that are too many.</summary>
    /// <exception cref="IOException">It failed; what was done so far stays.</exception>
    void Show(IReadOnlySet<string> services);
}
