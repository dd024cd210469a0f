using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Removes the rules of a qube's firewall that have ended.</summary>
/// <param name="Qube">The qube.</param>
public sealed record ExpireFirewall(QubeId Qube) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="ExpireFirewall"/>.</summary>
public sealed class ExpireFirewallHandler : ICommandHandler<ExpireFirewall>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ExpireFirewall command) => Firewalls.Expire(draft, command.Qube);
}
