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
public sealed class ObserveHostHandler : ICommandHandler<ObserveHost>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ObserveHost command)
    {
        if (draft.World.Host != command.Facts)
        {
            draft.Record(new HostObserved(command.Facts));
        }
    }
}
