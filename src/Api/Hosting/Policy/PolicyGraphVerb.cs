using System.CommandLine;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd policy graph</c>: who may call whom, as a graph.</summary>
internal static class PolicyGraphVerb
{
    private const string Examples =
        "\n\nA service * stands for all that no rule names. A line leads to whom the call reaches, which need not be whom the caller names." +
        "\n\nEnds with 0, or with 2 when nothing could be shown." +
        "\n\nExamples:\n  qubesd policy graph --format svg --output policy.svg\n  qubesd policy graph --service qubes.Filecopy --include-ask | dot -Tpdf > policy.pdf";

    private static readonly AtomicFileOptions Readable = new()
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        Group = null, // a file of whoever asks
    };

    internal static Command Create()
    {
        var (root, config, at) = (PolicyCommand.Root(), PolicyCommand.Config(), PolicyCommand.At());
        var service = new Option<string?>("--service") { Description = "Only calls of this service.", HelpName = "SERVICE" };
        var asks = new Option<bool>("--include-ask") { Description = "Show calls that the user is asked about as well: dashed." };
        var format = new Option<string>("--format") { Description = "dot (for Graphviz) or svg (a picture); dot if not given.", DefaultValueFactory = _ => "dot" };
        var output = new Option<string?>("--output") { Description = "Write it to this file instead of printing it.", HelpName = "FILE" };
        format.AcceptOnlyFromAmong("dot", "svg");
        var command = new Command("graph", "Show who may call whom." + Examples) { service, asks, format, output, at, root, config };
        command.SetAction((parsed, ct) => PolicyCommand.RunAsync("the policy cannot be shown", async () =>
        {
            var situation = await PolicySituations.FindAsync(parsed.GetValue(root), parsed.GetValue(config), parsed.GetValue(at), ct).ConfigureAwait(false);
            if (situation.Fault is { } fault)
            {
                throw new PolicyToolException($"every call is denied, since the policy cannot be used: {fault.Message}");
            }

            var edges = PolicyGraph.Of(situation.Rules, situation.System, situation.Names, parsed.GetValue(service), parsed.GetValue(asks), ct);
            await WriteAsync(parsed.GetValue(output), parsed.GetValue(format) == "svg" ? SvgGraph.Write(edges) : DotGraph.Write(edges), ct).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static Task WriteAsync(string? path, string graph, CancellationToken ct) => path is null
        ? Console.Out.WriteAsync(graph)
        : AtomicFile.ReplaceAsync(Path.GetFullPath(path), Encoding.UTF8.GetBytes(graph), Readable, ct);
}
