namespace Qubes.Cqrs.Api;

/// <summary>Which destinations a method accepts.</summary>
public enum DestinationRule
{
    /// <summary>Any qube.</summary>
    Any,

    /// <summary>dom0 only.</summary>
    AdminVm,

    /// <summary>Every qube but dom0.</summary>
    NotAdminVm,
}
