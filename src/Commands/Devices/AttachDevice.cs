using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks that a device is attached to a running qube; the executor does it.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
/// <param name="UntrustedPayload">How, as the client wrote it.</param>
public sealed record AttachDevice(QubeId Qube, string Class, string UntrustedArgument, ReadOnlyMemory<byte> UntrustedPayload) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="AttachDevice"/>.</summary>
public sealed class AttachDeviceHandler : ICommandHandler<AttachDevice>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AttachDevice command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        var assignment = AssignmentText.Parse(draft.World, command.UntrustedPayload.Span, device);
        DeviceAttachment.Request(draft, command.Qube, assignment);
    }
}
