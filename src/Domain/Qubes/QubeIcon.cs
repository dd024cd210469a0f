namespace Qubes.Cqrs.Domain;

/// <summary>The name of the icon that stands for a qube.</summary>
/// <remarks>Source: spec, properties.yaml, icon.</remarks>
public static class QubeIcon
{
    /// <summary>The icon, or null while the qube has no label.</summary>
    public static PropertyValue? Of(World world, Qube qube)
    {
        if (qube.IsDom0)
        {
            return PropertyValue.Of("adminvm-black");
        }

        return qube.Properties.Find("label")?.AsLabel() is { } index && world.Labels.TryGetValue(index, out var label)
            ? PropertyValue.Of(Kind(qube) + "-" + label.Name)
            : null;
    }

    private static string Kind(Qube qube) => qube.Class switch
    {
        QubeClass.RemoteVM => "remotevm",
        QubeClass.TemplateVM => "templatevm",
        QubeClass.AppVM when Templates.IsForDisposables(qube) => "templatevm",
        _ when !string.IsNullOrEmpty(qube.Features.Find("servicevm")) => "servicevm",
        QubeClass.DispVM => "dispvm",
        QubeClass.StandaloneVM => "standalonevm",
        _ => "appvm",
    };
}
