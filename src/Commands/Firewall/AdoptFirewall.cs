using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes over the rules that were found in a qube's <c>firewall.xml</c>, where nothing was set yet.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="Rules">The rules in order.</param>
public sealed record AdoptFirewall(QubeId Qube, EquatableArray<FirewallRule> Rules) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="AdoptFirewall"/>.</summary>
public sealed class AdoptFirewallHandler : ICommandHandler<AdoptFirewall>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AdoptFirewall command) => Firewalls.Adopt(draft, command.Qube, command.Rules);
}
