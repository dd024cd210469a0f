using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Every recorded request to the original's policy daemon gives the same here: the answer, how the connection ends, what the agents hear, and the log.</summary>
public sealed partial class RecordedPolicyDaemonTests
{
    private const string Extra = PolicyLocations.Permanent + "/10-x.policy";
    private const string Renamed = PolicyLocations.Permanent + "/99-x.policy";
    private const string AtRuntime = PolicyLocations.Runtime + "/10-r.policy";
    private const string Misnamed = PolicyLocations.Permanent + "/99-X.policy";
    private const string Quietly = "svc.Allow * work personal deny notify=no";

    [Fact]
    public async Task The_original_is_matched()
    {
        await using var bench = new PolicyBench();
        using var policy = JsonDocument.Parse(Given.Text("policy-daemon.policy.json"));
        foreach (var file in policy.RootElement.GetProperty("files").EnumerateObject())
        {
            bench.Files.Write(file.Name, file.Value.GetString() ?? "");
        }

        using var systems = JsonDocument.Parse(Given.Text("policy-cases.systems.json"));
        var differences = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Given.Path("policy-daemon.jsonl")))
        {
            using var recorded = JsonDocument.Parse(line);
            var theirs = Expected(recorded.RootElement);
            var ours = await ReplayAsync(bench, recorded.RootElement, systems.RootElement);
            count++;
            if (!Agree(theirs, ours))
            {
                differences.Add($"{Text(recorded.RootElement, "id")} {Text(recorded.RootElement, "request")}\n  theirs: {theirs}\n  ours:   {ours}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.Equal(484, count);
    }

    private static async Task<Outcome> ReplayAsync(PolicyBench bench, JsonElement recorded, JsonElement systems)
    {
        Prepare(bench.Files, Text(recorded, "note"));
        var qubes = RecordedSystem.Of(systems.GetProperty(Text(recorded, "system_info") ?? ""));
        bench.System = Text(recorded, "system_info_call") switch
        {
            "exc" => () => throw new QubeErrorException(""),
            "empty" => () => throw new InvalidOperationException("no system information"),
            _ => () => qubes,
        };
        var answer = Text(recorded, "agent_answer") ?? "nobody should ask";
        bench.Ask.Answer = () => Task.FromResult(answer);
        var logged = bench.Log.Lines.Count;
        bench.Ask.Calls.Clear();
        bench.Notify.Calls.Clear();

        using var client = await Client.ConnectAsync(bench.PathOf(Text(recorded, "socket") ?? ""));
        await client.SendAsync(Encoding.Latin1.GetBytes(Text(recorded, "request") ?? ""));
        if (recorded.TryGetProperty("eof", out _))
        {
            client.CloseSending();
        }

        var (kind, reply) = await ReadAsync(client, Text(recorded, "kind") == "open" ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(30));
        client.Dispose();
        await bench.WhenIdleAsync();
        var calls = bench.Ask.Calls.Concat(bench.Notify.Calls).Select(call => new JsonObject { ["header"] = call.Header, ["params"] = call.Parameters?.DeepClone() });
        return new Outcome(kind, reply, [.. calls], [.. bench.Log.Lines.Skip(logged).Select(line => line[(line.IndexOf(' ', line.IndexOf(' ', StringComparison.Ordinal) + 1) + 1)..])], false);
    }

    private static async Task<(string Kind, string Reply)> ReadAsync(Client client, TimeSpan patience)
    {
        var reading = client.ReadToEndAsync();
        try
        {
            var reply = await reading.WaitAsync(patience, Client.Ct);
            return (reply.Length == 0 ? "closed" : "reply", reply);
        }
        catch (TimeoutException)
        {
            return ("open", "");
        }
    }

    private static void Prepare(PolicyFilesInMemory files, string? note)
    {
        switch (note)
        {
            case null or "source without guivm" or "no empty line, left open 3 s":
                return;
            case "policy file 10-x.policy: broken":
                files.Write(Extra, "broken\n");
                return;
            case "10-x.policy: " + Quietly:
                files.Write(Extra, Quietly + "\n");
                return;
            case "renamed to 99-x.policy":
                files.Remove(Extra);
                files.Write(Renamed, Quietly + "\n");
                return;
            case "/run/qubes/policy.d/10-r.policy: svc.Allow * work personal allow user=run":
                files.Write(AtRuntime, "svc.Allow * work personal allow user=run\n");
                return;
            case "both removed":
                files.Remove(Renamed);
                files.Remove(AtRuntime);
                return;
            case "file 99-X.policy exists":
                files.Write(Misnamed, "\n");
                return;
            case "removed":
                files.Remove(Misnamed);
                return;
            default:
                throw new InvalidOperationException("an unknown note: " + note);
        }
    }

    private static Outcome Expected(JsonElement recorded)
    {
        var calls = recorded.TryGetProperty("agent_calls", out var list) ? list.EnumerateArray().Select(call => JsonNode.Parse(call.GetRawText())) : [];
        var log = recorded.TryGetProperty("log", out var lines) ? lines.EnumerateArray().Select(line => line.GetString() ?? "").ToList() : [];
        var own = log.Where(line => !Trace().IsMatch(line)).Select(Shown);
        return new Outcome(Text(recorded, "kind") ?? "", Text(recorded, "reply") ?? "", [.. calls], [.. own], log.Exists(Trace().IsMatch));
    }

    // Where the original logs a trace, we say it in a line of our own, or say nothing of a client that is gone.
    private static bool Agree(Outcome theirs, Outcome ours) =>
        theirs.Kind == ours.Kind && theirs.Reply == ours.Reply && JsonNode.DeepEquals(theirs.Calls.DeepClone(), ours.Calls.DeepClone()) &&
        (theirs.Log.SequenceEqual(ours.Log) || (theirs.HasTrace && ours.Log.Length <= theirs.Log.Length + 1 && theirs.Log.SequenceEqual(ours.Log.Take(theirs.Log.Length))));

    // The two lines with a NUL, and with a name of 60,000 letters: what a client sent is printable and bounded in our log.
    private static string Shown(string line) => Long().Replace(line.Replace('\0', '?'), match => match.Value[..256] + "...");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"^[A-Za-z_.]+(Error|AccessDenied): |^During handling of the above exception")]
    private static partial Regex Trace();

    [GeneratedRegex("a{257,}")]
    private static partial Regex Long();

    private sealed record Outcome(string Kind, string Reply, JsonArray Calls, string[] Log, bool HasTrace)
    {
        public override string ToString() => $"{Kind} {JsonSerializer.Serialize(Reply)} {Calls.ToJsonString()} {string.Join(" | ", Log)}";
    }
}
