namespace Qubes.Cqrs.Domain;

/// <summary>The qubes that calls are judged among, at one moment: they never change, so that what is known of them is kept.</summary>
public interface IPolicySystem
{
    /// <summary>A qube by name; null when there is none.</summary>
    IPolicyQube? Find(string name);

    /// <summary>A qube by UUID, lower case with hyphens; null when there is none.</summary>
    IPolicyQube? FindUuid(string uuid);

    /// <summary>All qubes, and what questions need to know of them.</summary>
    PolicyChoices Choices { get; }
}
