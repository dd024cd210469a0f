using System.Collections.Immutable;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Creates a disposable that is named after its number and goes when it stops.</summary>
/// <param name="Destination">What it is made from; dom0 leaves that to the caller's <c>default_dispvm</c>.</param>
/// <param name="Id">The identity to give it (random).</param>
/// <param name="FirstDispId">Where to start looking for a free number, 0 to 9999 (random).</param>
/// <param name="RecentDispIds">The numbers that disposables had until lately.</param>
public sealed record CreateDisposable(QubeId Destination, QubeId Id, int FirstDispId, ImmutableHashSet<int> RecentDispIds) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Destination;
}

/// <summary>Decides <see cref="CreateDisposable"/>.</summary>
public sealed class CreateDisposableHandler : ICommandHandler<CreateDisposable>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, CreateDisposable command)
    {
        var world = draft.World;
        var template = Disposables.TemplateFor(world, world.Qube(command.Destination), world.Qube(draft.Caller.Source));
        Disposables.Create(draft, template, command.Id, command.FirstDispId, command.RecentDispIds);
    }
}
