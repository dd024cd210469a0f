using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Makes the assignments at a port lasting ones, or removes those that are.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Class">The device class.</param>
/// <param name="UntrustedArgument">Names the device as the client did.</param>
/// <param name="UntrustedValue"><c>True</c> or <c>False</c>.</param>
/// <remarks>Source: spec, devices 7.</remarks>
public sealed record SetDevicePersistent(QubeId Qube, string Class, string UntrustedArgument, ReadOnlyMemory<byte> UntrustedValue) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="SetDevicePersistent"/>.</summary>
public sealed class SetDevicePersistentHandler : ICommandHandler<SetDevicePersistent>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetDevicePersistent command)
    {
        var device = DeviceArgument.Parse(draft.World, command.Class, command.UntrustedArgument);
        Domain.Devices.SetPersistent(draft, command.Qube, device, Encoding.Latin1.GetString(command.UntrustedValue.Span) switch
        {
            "True" => true,
            "False" => false,
            _ => throw new InvalidRequestException("expected True or False"),
        });
    }
}
