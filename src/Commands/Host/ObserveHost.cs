using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Records what the host contributes, when it is another thing than before.</summary>
/// <param name="Facts">The facts as they were found.</param>
public sealed record ObserveHost(HostFacts Facts) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;
}

/// <summary>Decides <see cref="ObserveHost"/>.</summary>
/// <remarks>The block devices are not the host's to tell: dom0 announces them in its database, as qubes do (<see cref="DeviceWatch"/>).</remarks>
public sealed class ObserveHostHandler : ICommandHandler<ObserveHost>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ObserveHost command)
    {
        var facts = command.Facts with { BlockDevices = draft.World.Host.BlockDevices };
        if (draft.World.Host != facts)
        {
            draft.Record(new HostObserved(facts));
        }
    }
}
