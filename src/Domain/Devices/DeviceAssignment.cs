namespace Qubes.Cqrs.Domain;

/// <summary>A device that a qube gets by configuration.</summary>
/// <param name="Class">The device class.</param>
/// <param name="Backend">The backend qube's name, or <c>*</c> for any.</param>
/// <param name="Port">The port id, or <c>*</c>.</param>
/// <param name="Device">The device id, or <c>*</c>.</param>
/// <param name="Mode"><c>required</c>, <c>auto-attach</c> or <c>ask-to-attach</c>.</param>
/// <param name="Options">Its options in order.</param>
/// <remarks>Source: spec, qubes-xml 2.</remarks>
public sealed record DeviceAssignment(string Class, string Backend, string Port, string Device, string Mode, EquatableArray<NamedText> Options);
