namespace Qubes.Cqrs.Domain;

/// <summary>The system as it is right after the installation.</summary>
/// <remarks>Source: spec, qubes-xml 7.</remarks>
public static class FreshSystem
{
    /// <summary>The first events of a log that starts with nothing: labels, pools, the pool of kernels, dom0.</summary>
    public static IEnumerable<DomainEvent> Events(HostFacts host)
    {
        yield return new HostObserved(host);
        foreach (var label in Label.BuiltIn)
        {
            yield return new LabelAdded(label.Index, label.Name, label.Color);
        }

        var driver = host.Reflink ? "file-reflink" : "file";
        yield return new PoolAdded(
            "varlibqubes",
            driver,
            [
                new("name", "varlibqubes"), new("dir_path", "/var/lib/qubes"), new("driver", driver),
                new("revisions_to_keep", "1"), new("ephemeral_volatile", "False"),
            ]);
        yield return new PoolAdded(
            "linux-kernel",
            "linux-kernel",
            [new("name", "linux-kernel"), new("dir_path", "/var/lib/qubes/vm-kernels"), new("driver", "linux-kernel")]);
        yield return new PropertySet(null, "default_pool_kernel", PropertyValue.Of("linux-kernel"), null);
        yield return Dom0;
    }

    /// <summary>dom0, with the label black.</summary>
    public static QubeAdded Dom0 => new(
        QubeId.Dom0, "dom0", QubeClass.AdminVM, 0, [new("label", PropertyValue.OfLabel(Label.LastBuiltIn))], [], [], []);
}
