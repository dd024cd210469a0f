namespace Qubes.Cqrs.Domain;

/// <summary>The class of a qube, spelled as the Admin API spells it.</summary>
public enum QubeClass
{
    /// <summary>dom0.</summary>
    AdminVM,

    /// <summary>A qube on a template's root.</summary>
    AppVM,

    /// <summary>A disposable.</summary>
    DispVM,

    /// <summary>A qube on another host.</summary>
    RemoteVM,

    /// <summary>A qube with a root of its own.</summary>
    StandaloneVM,

    /// <summary>A template.</summary>
    TemplateVM,
}
