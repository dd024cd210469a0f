using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The properties that tell of a qube's run.</summary>
/// <remarks>Source: spec, properties.yaml, xid, stubdom_xid, stubdom_uuid, start_time.</remarks>
public static class RunValues
{
    /// <summary>The domain's number, or -1.</summary>
    public static PropertyValue Xid(World world, Qube qube) => PropertyValue.Of(PowerStates.Active(world, qube.Id)?.Xid ?? -1);

    /// <summary>The number of the domain that emulates devices, or -1.</summary>
    public static PropertyValue StubdomXid(World world, Qube qube) => PropertyValue.Of(PowerStates.Active(world, qube.Id)?.StubdomXid ?? -1);

    /// <summary>The identity of the domain that emulates devices, or nothing.</summary>
    public static PropertyValue StubdomUuid(World world, Qube qube) => PropertyValue.Of(PowerStates.Active(world, qube.Id)?.Stubdom?.ToString() ?? "");

    /// <summary>When the domain was created, in seconds since 1970 with their hundredths; none while the qube is off.</summary>
    public static PropertyValue StartTime(World world, Qube qube) => PowerStates.Active(world, qube.Id) is { } run
        ? PropertyValue.Of((run.StartedAtMicroseconds / 10_000 / 100m).ToString("0.0#", CultureInfo.InvariantCulture))
        : PropertyValue.NoText;
}
