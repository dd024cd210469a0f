using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Assigns a device to a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
/// <param name="UntrustedPayload">The assignment as the client wrote it.</param>
public sealed record AssignDevice(QubeId Qube, string Class, string UntrustedArgument, ReadOnlyMemory<byte> UntrustedPayload) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="AssignDevice"/>.</summary>
public sealed class AssignDeviceHandler : ICommandHandler<AssignDevice>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AssignDevice command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        var assignment = AssignmentText.Parse(draft.World, command.UntrustedPayload.Span, device);
        Domain.Devices.Assign(draft, command.Qube, assignment);
    }
}
