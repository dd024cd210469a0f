namespace Qubes.Cqrs.Domain;

/// <summary>Which qube is made from which.</summary>
public static class Templates
{
    /// <summary>The template of a qube, or null. The classes make a chain of two links at most: disposable, app qube, template.</summary>
    public static Qube? Of(World world, Qube qube) => (qube.Class, world.Find(TemplateOf(qube))) switch
    {
        (QubeClass.AppVM, { Class: QubeClass.TemplateVM } template) => template,
        (QubeClass.DispVM, { Class: QubeClass.AppVM or QubeClass.StandaloneVM or QubeClass.TemplateVM } template) => template,
        _ => null,
    };

    /// <summary>Whether disposables can be made from the qube.</summary>
    public static bool IsForDisposables(Qube qube) => qube.Properties.Find("template_for_dispvms") == PropertyValue.True;

    /// <summary>The qubes made from a template, in the order of the API.</summary>
    public static IEnumerable<Qube> BasedOn(World world, QubeId template) =>
        world.InOrder().Where(qube => TemplateOf(qube) == template);

    /// <summary>The value that a template contributes: explicit or default there, else what <paramref name="otherwise"/> gives.</summary>
    public static PropertyValue? Inherit(World world, Qube qube, string property, Func<PropertyValue?> otherwise) =>
        Of(world, qube) is { } template ? PropertyValues.Get(world, template, property) : otherwise();

    private static QubeId? TemplateOf(Qube qube) =>
        qube.Class is QubeClass.AppVM or QubeClass.DispVM ? qube.Properties.Find("template")?.AsQube() : null;
}
