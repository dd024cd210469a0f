namespace Qubes.Cqrs.Domain;

/// <summary>How far a change of a volume is.</summary>
public enum VolumeChangePhase
{
    /// <summary>Nothing was done.</summary>
    Requested,

    /// <summary>There is an area beside the volume that takes the new data.</summary>
    Open,

    /// <summary>The new data is complete and durable: from here on the change is carried out, whatever happens.</summary>
    Ready,
}
