using Microsoft.Extensions.Logging;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary>Answers qrexec's questions about the policy, when the configuration says so.</summary>
internal sealed class PolicyHost : IAsyncDisposable
{
    // Each waits for one answer; beyond the questions that may be open, there is room for those that need no user.
    private const int MostConnections = 512;

    private readonly PolicyUsers users;
    private readonly PolicySockets sockets;

    private PolicyHost(PolicyUsers users, PolicySockets sockets)
    {
        this.users = users;
        this.sockets = sockets;
    }

    /// <summary>Begins to serve.</summary>
    /// <param name="paths">Where the sockets and dom0's agent lie.</param>
    /// <param name="configuration">Whether and where.</param>
    /// <param name="policy">The policy in force.</param>
    /// <param name="system">The qubes of this moment.</param>
    /// <param name="qrexec">Reaches the agents in other qubes.</param>
    /// <param name="logger">Where decisions are logged.</param>
    internal static PolicyHost Open(
        RootedPaths paths, DaemonConfiguration configuration, PolicyInForce policy, Func<IPolicySystem> system, IQrexec qrexec, ILogger logger)
    {
        var users = new PolicyUsers(new GuiPolicyAgent(paths, qrexec, configuration.PolicyAskBound), logger);
        PolicySocket[] places = configuration.PolicyServe
            ?
            [
                PolicySocket.OfRequests(paths.OnDisk(configuration.PolicySocket)),
                PolicySocket.OfEvalSimple(paths.OnDisk(configuration.PolicyEvalSimpleSocket)),
                PolicySocket.OfEvalGui(paths.OnDisk(configuration.PolicyEvalGuiSocket)),
            ]
            : [];
        var options = new SocketServerOptions { MaxConnections = MostConnections };
        return new PolicyHost(users, PolicySockets.Open(places, new PolicyDesk(policy, system, users, logger), options, logger));
    }

    /// <summary>Stops all: see <see cref="PolicySockets.StopAsync"/>.</summary>
    internal Task StopAsync(TimeSpan bound) => sockets.StopAsync(bound);

    /// <summary>Stops without waiting for anything.</summary>
    public async ValueTask DisposeAsync()
    {
        await sockets.DisposeAsync().ConfigureAwait(false);
        users.Dispose();
    }
}
