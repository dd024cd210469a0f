using System.Collections.Immutable;
using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The naive interpreter is right: it judges as the original did, so that what equals it is right as well.</summary>
public sealed class NaiveRecordedTests
{
    private static readonly Dictionary<string, ImmutableArray<NaiveQube>> Systems = ReadSystems();

    [Fact]
    public void It_judges_as_recorded()
    {
        var cases = File.ReadLines("Given/policy-cases.jsonl").Select(line => JsonDocument.Parse(line).RootElement).Where(IsPlain).ToList();
        Assert.True(cases.Count > 900, $"{cases.Count} cases");
        Assert.Empty(string.Join('\n', cases.Select(Difference).OfType<string>()));
    }

    // It knows only files that hold words between blanks; links, bytes and odd white space are the recorded tests' affair.
    private static bool IsPlain(JsonElement recorded) => recorded.GetProperty("files").EnumerateObject().All(file =>
        file.Value.ValueKind == JsonValueKind.String && file.Value.GetString()!.All(letter => letter is '\n' or (>= ' ' and <= '~')));

    private static string? Difference(JsonElement recorded)
    {
        var request = new PolicyRequest(
            Text(recorded, "service") ?? "", Text(recorded, "argument") ?? "", Text(recorded, "source") ?? "", Text(recorded, "target") ?? "", Text(recorded, "requested_source"));
        var absent = recorded.TryGetProperty("absent", out var list) ? list.EnumerateArray().Select(one => one.GetString()).ToList() : [];
        string[] folders = ["/run/qubes/policy.d", "/etc/qubes/policy.d", "/etc/qubes-rpc/policy"];
        var files = recorded.GetProperty("files").EnumerateObject().ToImmutableSortedDictionary(
            file => file.Name, file => file.Value.GetString()!.Split('\n').ToImmutableArray(), StringComparer.Ordinal);
        var one = new PolicyCase(files, [.. folders.Where(folder => !absent.Contains(folder))], Systems[Text(recorded, "system_info") ?? ""], request);
        var (ours, theirs) = (one.Naive(), Expected(recorded));
        return ours == theirs || (theirs == "unusable" && ours.StartsWith(theirs, StringComparison.Ordinal)) ? null
            : $"{Text(recorded, "id")}\n{one}\n  theirs: {theirs}\n  ours:   {ours}\n";
    }

    private static string Expected(JsonElement recorded)
    {
        var error = recorded.TryGetProperty("error", out var found) ? found : default;
        if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("unhandled", out _))
        {
            return "unanswered";
        }

        if (Text(recorded, "matched_target") is not { } target)
        {
            return Text(error, "stage") == "load" ? "unusable" : "request refused";
        }

        return $"target={target} rule={Text(recorded, "rule")} " + (Text(recorded, "result") switch
        {
            "allow" => $"allow {Text(recorded, "allowed_target")} {Options(recorded)}\n{Text(recorded, "response") ?? Reason(recorded, "execute_error")}",
            "ask" => $"ask {string.Join(',', recorded.GetProperty("targets_for_ask").EnumerateArray().Select(one => one.GetString()))} " +
                $"default={Text(recorded, "default_target")} {Options(recorded)}\n{Text(recorded, "assume_yes_response") ?? Reason(recorded, "assume_yes_error")}",
            _ => $"deny notify={error.GetProperty("notify").GetBoolean()}",
        });
    }

    private static string Options(JsonElement recorded) =>
        $"user={Text(recorded, "user")} notify={recorded.GetProperty("notify").GetBoolean()} autostart={recorded.GetProperty("autostart").GetBoolean()}";

    private static string Reason(JsonElement recorded, string name) => Text(recorded.GetProperty(name), "message") switch
    {
        "loopback qrexec connection not supported" => "loopback",
        { } text when text.EndsWith("is not a valid choice", StringComparison.Ordinal) => "no choice",
        _ => "unreachable",
    };

    private static Dictionary<string, ImmutableArray<NaiveQube>> ReadSystems()
    {
        using var json = JsonDocument.Parse(File.ReadAllText("Given/policy-cases.systems.json"));
        return json.RootElement.EnumerateObject().ToDictionary(
            one => one.Name, one => one.Value.EnumerateObject().Select(qube => Qube(qube.Name, qube.Value)).ToImmutableArray(), StringComparer.Ordinal);
    }

    private static NaiveQube Qube(string name, JsonElement json) => new(name, Text(json, "uuid") ?? "", Text(json, "type") ?? "")
    {
        Tags = [.. json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)],
        MakesDisposables = json.TryGetProperty("template_for_dispvms", out var makes) && makes.GetBoolean(),
        DefaultDispvm = Text(json, "default_dispvm"),
        Runs = Text(json, "power_state") == "Running",
        Internal = Text(json, "internal") is { Length: > 0 },
        Relay = Text(json, "relayvm"),
        Transport = Text(json, "transport_rpc"),
    };

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
