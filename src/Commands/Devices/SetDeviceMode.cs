using System.Text;
using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Gives an assignment another mode.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
/// <param name="UntrustedMode">The mode.</param>
public sealed record SetDeviceMode(QubeId Qube, string Class, string UntrustedArgument, ReadOnlyMemory<byte> UntrustedMode) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;

    /// <summary>The mode as a text.</summary>
    public string Mode => Encoding.Latin1.GetString(UntrustedMode.Span);
}

/// <summary>Checks the mode.</summary>
public sealed class SetDeviceModeValidator : AbstractValidator<SetDeviceMode>
{
    /// <summary>Creates the rules.</summary>
    public SetDeviceModeValidator() => RuleFor(command => command.Mode).Obeys(Domain.Devices.CheckMode);
}

/// <summary>Decides <see cref="SetDeviceMode"/>.</summary>
public sealed class SetDeviceModeHandler : ICommandHandler<SetDeviceMode>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetDeviceMode command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        Domain.Devices.SetMode(draft, command.Qube, device, command.Mode);
    }
}
