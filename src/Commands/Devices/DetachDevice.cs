using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks that a device is detached from a running qube; the executor does it.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
public sealed record DetachDevice(QubeId Qube, string Class, string UntrustedArgument) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="DetachDevice"/>.</summary>
public sealed class DetachDeviceHandler : ICommandHandler<DetachDevice>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, DetachDevice command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        DeviceAttachment.RequestDetach(draft, command.Qube, device);
    }
}
