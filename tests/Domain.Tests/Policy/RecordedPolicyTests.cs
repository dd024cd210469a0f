using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Every recorded evaluation of the original gives the same here.</summary>
public sealed class RecordedPolicyTests
{
    private static readonly Dictionary<string, RecordedSystem> Systems = ReadSystems();

    public static TheoryData<string> Groups => [.. Cases().Select(one => Text(one, "group") ?? "").Distinct()];

    [Fact]
    public void Nothing_of_the_recording_is_left_out() => Assert.Equal(1007, Cases().Count());

    [Theory]
    [MemberData(nameof(Groups))]
    public void The_original_is_matched(string group) =>
        Assert.All(Cases().Where(one => Text(one, "group") == group).Select(Difference).OfType<string>(), Assert.Fail);

    [Fact]
    public void What_is_kept_of_a_policy_gives_the_same_policy() => Assert.All(Cases().Select(Files), files =>
    {
        var kept = PolicySnapshot.Take(files, PolicyLocations.Standard, PolicyFiles.None);
        Assert.Equal(Read(files), Read(kept.Files));
        var again = PolicySnapshot.Take(kept.Files, PolicyLocations.Standard, kept.Files);
        Assert.Equal((kept.Files, kept.Problem), (again.Files, again.Problem));
    });

    // Remarks about files that nobody reads are no part of the policy.
    private static string Read(PolicyFiles files)
    {
        try
        {
            var policy = PolicyLoader.Load(files, PolicyLocations.Standard);
            return string.Join('\n', policy.Files.Concat(policy.Rules.All.Select(rule => rule.ToString())));
        }
        catch (PolicyException reason)
        {
            return reason.ClassName + reason.Message;
        }
    }

    private static string? Difference(JsonElement recorded)
    {
        var ours = Judge(recorded);
        var theirs = Expected(recorded);
        return ours == theirs ? null : $"{Text(recorded, "id")} {recorded.GetProperty("files")}\n{Text(recorded, "source")} -> {Text(recorded, "target")}\n  theirs: {theirs}\n  ours:   {ours}\n";
    }

    private static string Judge(JsonElement recorded)
    {
        var system = Systems[Text(recorded, "system_info") ?? ""];
        var request = new PolicyRequest(
            Text(recorded, "service") ?? "", Text(recorded, "argument") ?? "", Text(recorded, "source") ?? "", Text(recorded, "target") ?? "",
            Text(recorded, "requested_source"));
        LoadedPolicy policy;
        try
        {
            policy = PolicyLoader.Load(Files(recorded), PolicyLocations.Standard);
        }
        catch (PolicyException reason)
        {
            return Show(PolicyDenied.By(reason));
        }

        var decision = PolicyEvaluator.Judge(policy.Rules, system, request);
        var shown = new StringBuilder();
        shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"target={decision.Target} rule={decision.Verdict.Rule?.Place} ");
        var remarks = policy.Remarks.AddRange(decision.Remarks);
        switch (decision.Verdict)
        {
            case PolicyAllowed allowed:
                var (text, refusal, remark) = PolicyAnswers.Execute(system, decision, allowed.Rule, allowed.Target, request);
                shown.Append($"allow {allowed.Target} {allowed.Rule.User} {allowed.Rule.Notify} {allowed.Rule.Autostart} {text} {refusal?.Reason}");
                remarks = remark is null ? remarks : remarks.Add(remark);
                break;
            case PolicyAsked asked:
                var answer = PolicyAnswers.AssumeYes(system, decision, asked, request);
                shown.Append($"ask {string.Join(',', asked.Targets)} {asked.DefaultTarget} {asked.Rule.User} {asked.Rule.Notify} {asked.Rule.Autostart} {answer.Text} {answer.Refusal?.Reason}");
                remarks = answer.Remark is null ? remarks : remarks.Add(answer.Remark);
                break;
            case PolicyDenied denied:
                shown.Append(Show(denied));
                break;
        }

        return Compare(shown.Append(string.Join(';', remarks.Select(one => one.Text))).ToString(), decision.Verdict is PolicyDenied);
    }

    private static string Compare(string text, bool denied) => denied ? text : text;

    private static string Show(PolicyDenied denied) => denied.IsUnanswered
        ? "unanswered " + denied.ClassName
        : $"deny {denied.ClassName} {denied.Reason} {denied.Notify}";

    private static string Expected(JsonElement recorded)
    {
        if (recorded.TryGetProperty("error", out var error) && Text(error, "stage") == "load")
        {
            return ShowError(error);
        }

        var shown = new StringBuilder();
        shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"target={Text(recorded, "matched_target")} rule={Text(recorded, "rule")} ");
        shown.Append(Text(recorded, "result") switch
        {
            "allow" => $"allow {Text(recorded, "allowed_target")} {Text(recorded, "user")} {Flag(recorded, "notify")} {Flag(recorded, "autostart")} {Text(recorded, "response")} {Message(recorded, "execute_error")}",
            "ask" => $"ask {string.Join(',', recorded.GetProperty("targets_for_ask").EnumerateArray().Select(one => one.GetString()))} {Text(recorded, "default_target")} {Text(recorded, "user")} {Flag(recorded, "notify")} {Flag(recorded, "autostart")} {Text(recorded, "assume_yes_response")} {Message(recorded, "assume_yes_error")}",
            _ => ShowError(error),
        });
        var log = recorded.TryGetProperty("log", out var lines) ? lines.EnumerateArray().Select(line => line[1].GetString()) : [];
        return shown.Append(string.Join(';', log)).ToString();
    }

    private static string ShowError(JsonElement error) => error.TryGetProperty("unhandled", out _)
        ? "unanswered " + Text(error, "class")
        : $"deny {Text(error, "class")} {Text(error, "message")} {Flag(error, "notify")}";

    private static PolicyFiles Files(JsonElement recorded)
    {
        var absent = recorded.TryGetProperty("absent", out var list) ? list.EnumerateArray().Select(one => one.GetString()).ToList() : [];
        var files = PolicyFiles.None;
        foreach (var folder in new[] { PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Standard.Legacy })
        {
            files = absent.Contains(folder) ? files : files.With(folder, PolicyFile.Folder);
        }

        foreach (var file in recorded.GetProperty("files").EnumerateObject().OrderBy(one => one.Value.ToString().Contains("symlink", StringComparison.Ordinal)))
        {
            files = files.With(file.Name, Entry(files, file.Name, file.Value));
        }

        return files;
    }

    private static PolicyFile Entry(PolicyFiles files, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return PolicyFile.Of(value.GetString() ?? "");
        }

        if (Text(value, "symlink") is { } link)
        {
            var real = PolicyPaths.Combine(PolicyPaths.FolderOf(path), link);
            return files.Find(real) with { RealPath = real };
        }

        return Text(value, "b64") is not { } bytes ? PolicyFile.Folder
            : Utf8Text.TryDecode(Convert.FromBase64String(bytes), out var text) ? PolicyFile.Of(text)
            : PolicyFile.Unreadable(text);
    }

    private static Dictionary<string, RecordedSystem> ReadSystems()
    {
        using var json = JsonDocument.Parse(File.ReadAllText("Given/policy-cases.systems.json"));
        return json.RootElement.EnumerateObject().ToDictionary(one => one.Name, one => RecordedSystem.Of(one.Value), StringComparer.Ordinal);
    }

    private static IEnumerable<JsonElement> Cases() =>
        File.ReadLines("Given/policy-cases.jsonl").Select(line => JsonDocument.Parse(line).RootElement);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    private static string? Message(JsonElement json, string name) => json.TryGetProperty(name, out var error) ? Text(error, "message") : null;
}
