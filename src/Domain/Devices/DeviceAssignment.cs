using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Domain;

/// <summary>A device that a qube gets by configuration.</summary>
/// <param name="Class">The device class.</param>
/// <param name="Backend">The backend qube's name, or <c>*</c> for any.</param>
/// <param name="Port">The port id, or <c>*</c>.</param>
/// <param name="Device">The device id, or <c>*</c>.</param>
/// <param name="Mode"><c>required</c>, <c>auto-attach</c> or <c>ask-to-attach</c>.</param>
/// <param name="Options">Its options in order.</param>
/// <remarks>Source: spec, devices 2 to 4; qubes-xml 2.</remarks>
public sealed record DeviceAssignment(string Class, string Backend, string Port, string Device, string Mode, EquatableArray<NamedText> Options)
{
    /// <summary>The most options that an assignment has.</summary>
    public const int MostOptions = 256;

    /// <summary>The frontend that the client named, or null; only shown, and not part of <c>qubes.xml</c>.</summary>
    public string? Frontend { get; init; }

    /// <summary>Which device it is about.</summary>
    [JsonIgnore]
    public DeviceAddress Address => new(Class, Backend, Port, Device);
}
