using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Replaces the rules of a qube's firewall.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Rules">The rules in order.</param>
public sealed record SetFirewall(QubeId Qube, EquatableArray<FirewallRule> Rules) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="SetFirewall"/>.</summary>
public sealed class SetFirewallHandler : ICommandHandler<SetFirewall>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, SetFirewall command) => Firewalls.Set(draft, command.Qube, command.Rules);
}
