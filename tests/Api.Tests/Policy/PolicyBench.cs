using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The sockets of the policy daemon over a policy in memory, recorded qubes, and agents that a test answers for.</summary>
internal sealed class PolicyBench : IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly PolicyUsers users;
    private readonly PolicySockets sockets;

    internal PolicyBench(SocketServerOptions? options = null, TimeSpan? patience = null, TimeSpan? requestBound = null)
    {
        Directory.CreateDirectory(folder.File("etc/qubes-rpc"));
        Ask = new AgentStub(folder.File("etc/qubes-rpc/policy.Ask"));
        Notify = new AgentStub(folder.File("etc/qubes-rpc/policy.Notify"));
        var paths = new RootedPaths(folder.Path);
        users = new PolicyUsers(new GuiPolicyAgent(paths, new QrexecPrograms(paths), patience ?? TimeSpan.FromMinutes(5)), Log);
        var desk = new PolicyDesk(new PolicyInForce(Files, PolicyLocations.Standard), () => System(), users, Log);
        var bound = requestBound ?? TimeSpan.FromSeconds(60);
        sockets = PolicySockets.Open(
            [
                PolicySocket.OfRequests(PathOf("policy")) with { RequestBound = bound },
                PolicySocket.OfEvalSimple(PathOf("eval")) with { RequestBound = bound },
                PolicySocket.OfEvalGui(PathOf("gui")) with { RequestBound = bound },
            ],
            desk,
            options ?? new SocketServerOptions(),
            Log);
    }

    internal TestLog Log { get; } = new();

    internal PolicyFilesInMemory Files { get; } = new();

    internal AgentStub Ask { get; }

    internal AgentStub Notify { get; }

    internal Func<IPolicySystem> System { get; set; } = () => new RecordedSystem([]);

    internal int Sockets => sockets.Count;

    internal int OpenConnections => sockets.OpenConnections;

    internal string PathOf(string socket) => folder.File(socket switch
    {
        "policy" => "run/policy.sock",
        "eval" => "etc/qubes-rpc/policy.EvalSimple",
        _ => "etc/qubes-rpc/policy.EvalGUI",
    });

    /// <summary>Asks whether a call may be made, and returns the answer.</summary>
    internal Task<string> AskAsync(string source, string target, string service) =>
        Client.CallAsync(PathOf("policy"), Encoding.ASCII.GetBytes($"source={source}\nintended_target={target}\nservice_and_arg={service}\n\n"));

    /// <summary>Completes when nothing is under way.</summary>
    internal async Task WhenIdleAsync()
    {
        while (sockets.OpenConnections > 0 || users.OpenNotices > 0)
        {
            await Task.Delay(1, Client.Ct);
        }
    }

    internal Task StopAsync(TimeSpan bound) => sockets.StopAsync(bound);

    public async ValueTask DisposeAsync()
    {
        await sockets.DisposeAsync();
        users.Dispose();
        Ask.Dispose();
        Notify.Dispose();
        folder.Dispose();
    }
}
