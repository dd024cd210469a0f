namespace Qubes.Cqrs.Infrastructure;

/// <summary>Definitions for a driver of libvirt other than Xen's, whose definition comes from the templates (spec, lifecycle.md 9).</summary>
/// <remarks>Each driver takes only its own kinds of domains. These exist to run the daemon, and to test it, where there is no Xen.</remarks>
public interface IDomainDialect
{
    /// <summary>The domain's XML.</summary>
    string Define(PlainDomain domain);
}
