using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes an assigned device from a qube.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
public sealed record UnassignDevice(QubeId Qube, string Class, string UntrustedArgument) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="UnassignDevice"/>.</summary>
public sealed class UnassignDeviceHandler : ICommandHandler<UnassignDevice>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, UnassignDevice command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        Domain.Devices.Unassign(draft, command.Qube, device);
    }
}
