using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Announces the rules of a qube's firewall again, so that they are handed to its network once more.</summary>
/// <param name="Qube">The qube.</param>
public sealed record ReloadFirewall(QubeId Qube) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;
}

/// <summary>Decides <see cref="ReloadFirewall"/>.</summary>
public sealed class ReloadFirewallHandler : ICommandHandler<ReloadFirewall>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ReloadFirewall command) => Firewalls.Reload(draft, command.Qube);
}
