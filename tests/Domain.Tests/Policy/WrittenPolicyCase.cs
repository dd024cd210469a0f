using System.Text.Json;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A policy and a call that were written down from the spec, in <c>written-cases.jsonl</c>.</summary>
/// <remarks>
/// A line has <c>policy</c>, the text of the only file, or <c>files</c> as the recordings do; <c>with</c> adds files that many cases share. What is missing is as
/// in <see cref="OrElse"/>. <c>expect</c> is what <see cref="Judge"/> tells; <c>why</c> names the page of the spec.
/// </remarks>
internal sealed record WrittenPolicyCase(JsonElement Json)
{
    private const string Folder = "/etc/qubes/policy.d/";
    private const string Old = "/etc/qubes-rpc/policy/";

    private static readonly (string Path, string? Text)[] Includes =
    [
        ("x", "test.Svc * @anyvm personal allow user=inc\n"),
        ("loop", "!include include/loop\n"),
        ("d/10-a.policy", "test.Svc * @anyvm @anyvm allow user=d10\n"),
        ("d/05-b.policy", "test.Svc * @anyvm @anyvm allow user=d05\n"),
        ("d/zz", "test.Svc * @anyvm @anyvm allow user=zz\n"),
        ("bad/10 a.policy", "x\n"),
        ("old", "# c\n\n$tag:mytag  personal allow,user=old\n@anyvm @anyvm deny,notify=no\n"),
        ("oldinc", "$include:include/old\n"),
        ("oldinc2", "!include include/old\n$anyvm $anyvm ask,default_target=vault\n"),
        ("oldbad1", "@anyvm\n"),
        ("oldbad2", "!include-dir include\n"),
        ("oldbad3", "!include a b\n"),
        ("oldloop", "!include include/oldloop\n"),
        ("empty", null),
    ];

    internal string Id => Json.GetProperty("id").GetString() ?? "";

    internal string Expected => Json.GetProperty("expect").GetString() ?? "";

    internal string SystemName => OrElse("system_info", "basic");

    internal PolicyRequest Request => new(
        OrElse("service", "test.Svc"), OrElse("argument", "+"), OrElse("source", "work"), OrElse("target", "personal"),
        Json.TryGetProperty("requested_source", out var requested) ? requested.GetString() : null);

    /// <summary>What becomes of the call, in a line.</summary>
    internal string Judge(IPolicySystem system)
    {
        LoadedPolicy policy;
        try
        {
            policy = PolicyLoader.Load(Files(), PolicyLocations.Standard);
        }
        catch (PolicyException fault)
        {
            return fault.IsUnanswered ? "unanswered, " + fault.ClassName : $"unusable, {fault.ClassName}: {fault.Message}";
        }

        var decision = PolicyEvaluator.Judge(policy.Rules, system, Request);
        var (shown, more) = Show(system, decision);
        return string.Join(" // ", policy.Remarks.AddRange(decision.Remarks).Select(remark => remark.Text).Append(more).OfType<string>().Prepend(shown));
    }

    /// <summary>The files, of which none that is shared is missing.</summary>
    internal PolicyFiles Files()
    {
        var absent = Json.TryGetProperty("absent", out var list) ? list.EnumerateArray().Select(one => one.GetString()).ToList() : [];
        var files = new[] { PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Standard.Legacy }.Where(folder => !absent.Contains(folder))
            .Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder));
        files = Shared().Aggregate(files, (all, file) => all.With(file.Path, file.Text is { } shared ? PolicyFile.Of(shared) : PolicyFile.Folder));
        if (Json.TryGetProperty("policy", out var text))
        {
            return files.With(Folder + "30-t.policy", PolicyFile.Of(text.GetString() ?? ""));
        }

        // What a link leads to has to be there before it.
        foreach (var file in Json.GetProperty("files").EnumerateObject().OrderBy(file => file.Value.ValueKind == JsonValueKind.Object && file.Value.TryGetProperty("symlink", out _)))
        {
            files = files.With(file.Name, Entry(files, file.Name, file.Value));
        }

        return files;
    }

    // A text that is null makes a folder.
    private IEnumerable<(string Path, string? Text)> Shared() => OrElse("with", "") switch
    {
        "includes" => [.. Includes.Select(file => (Folder + "include/" + file.Path, file.Text))],
        "old" =>
        [
            (Folder + "35-compat.policy", "!compat-4.0\n"), (Folder + "90-d.policy", "test.Svc * @anyvm @anyvm allow user=after\n"),
            (Old + "extra", "$anyvm $anyvm allow,user=extra\n"),
        ],
        _ => [],
    };

    private (string Text, string? Remark) Show(IPolicySystem system, PolicyDecision decision)
    {
        switch (decision.Verdict)
        {
            case PolicyAllowed allowed:
                var (text, refusal, remark) = PolicyAnswers.Execute(system, decision, allowed.Rule, allowed.Target, Request);
                return ($"allowed by {allowed.Rule.Place}{(allowed.Rule.Notify ? ", told" : "")}: {OneLine(text, refusal)}", remark?.Text);
            case PolicyAsked asked:
                var yes = PolicyAnswers.AssumeYes(system, decision, asked, Request);
                var suggested = asked.DefaultTarget is { } target ? ", best " + target : "";
                return ($"asked by {asked.Rule.Place}: {string.Join(' ', asked.Targets)}{suggested}; yes: {OneLine(yes.Text, yes.Refusal)}", yes.Remark?.Text);
            case PolicyDenied { IsUnanswered: true } denied:
                return ("unanswered, " + denied.ClassName, null);
            case PolicyDenied denied:
                return ($"denied{(denied.Notify ? "" : " quietly")}, {denied.ClassName}: {denied.Reason}", null);
            default:
                return ("?", null);
        }
    }

    private static string OneLine(string? answer, PolicyDenied? refusal) => answer?.Replace("\n", " ", StringComparison.Ordinal) ?? refusal?.Reason ?? "";

    private static PolicyFile Entry(PolicyFiles files, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return PolicyFile.Of(value.GetString() ?? "");
        }

        if (value.TryGetProperty("symlink", out var link))
        {
            var real = PolicyPaths.Combine(PolicyPaths.FolderOf(path), link.GetString() ?? "");
            return files.Find(real) with { RealPath = real };
        }

        return !value.TryGetProperty("b64", out var bytes) ? PolicyFile.Folder
            : Utf8Text.TryDecode(bytes.GetBytesFromBase64(), out var text) ? PolicyFile.Of(text)
            : PolicyFile.Unreadable(text);
    }

    private string OrElse(string name, string otherwise) => Json.TryGetProperty(name, out var value) ? value.GetString() ?? "" : otherwise;
}
