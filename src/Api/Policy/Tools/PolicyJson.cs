using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary>What the tools of the policy tell, as JSON; docs/policy.md has the fields.</summary>
internal static class PolicyJson
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What becomes of a call, and how it came to that when <paramref name="explanation"/> is given.</summary>
    internal static string Of(PolicySituation situation, PolicyOutcome outcome, PolicyExplanation? explanation) => Write(json =>
    {
        json.WriteStartObject();
        WriteOutcome(json, situation, outcome);
        if (explanation is not null)
        {
            WriteExplanation(json, situation, explanation);
        }

        json.WriteEndObject();
    });

    /// <summary>What a check found.</summary>
    internal static string Of(ImmutableArray<PolicyFinding> findings) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("errors", findings.Count(finding => finding.IsError));
        json.WriteNumber("warnings", findings.Count(finding => !finding.IsError));
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.IsError ? "error" : "warning");
            json.WriteString("kind", Name(finding.Kind));
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("text", finding.Text);
            json.WriteString("expected", finding.Expected);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteOutcome(Utf8JsonWriter json, PolicySituation situation, PolicyOutcome outcome)
    {
        json.WriteString("result", outcome.Result);
        json.WriteString("source", outcome.Request.Source);
        json.WriteString("requestedSource", outcome.Request.RequestedSource);
        json.WriteString("requestedTarget", outcome.Request.Target);
        json.WriteString("service", outcome.Request.Service);
        json.WriteString("argument", outcome.Request.Argument);
        json.WriteString("understoodTarget", outcome.Decision.Target);
        json.WriteString("target", outcome.Target);
        json.WriteString("reason", outcome.Reason);
        json.WriteString("user", outcome.Rule?.User);
        json.WriteBoolean("notify", (outcome.Decision.Verdict as PolicyDenied)?.Notify ?? outcome.Rule?.Notify ?? true);
        json.WriteBoolean("autostart", outcome.Rule?.Autostart ?? true);
        json.WriteStrings("choices", outcome.Question?.Targets ?? []);
        json.WriteString("suggested", outcome.Question?.DefaultTarget);
        json.WritePropertyName("rule");
        WriteRule(json, situation, outcome.Rule, null);
        json.WriteStrings("notes", outcome.Remarks.Select(remark => remark.Text));
        WriteNumber(json, "position", situation.Position?.Value);
    }

    private static void WriteExplanation(Utf8JsonWriter json, PolicySituation situation, PolicyExplanation explanation)
    {
        json.WriteStartArray("considered");
        foreach (var considered in explanation.Considered)
        {
            WriteRule(json, situation, considered.Rule, considered.Mismatch);
        }

        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in explanation.Choices)
        {
            json.WriteStartObject();
            json.WriteString("cause", Name(step.Cause));
            json.WriteString("rule", step.Rule?.Place);
            json.WriteStrings("added", step.Added);
            json.WriteStrings("removed", step.Removed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRule(Utf8JsonWriter json, PolicySituation situation, PolicyRule? rule, PolicyMismatch? mismatch)
    {
        if (rule is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("file", rule.File);
        WriteNumber(json, "line", rule.Line);
        json.WriteString("text", situation.LineOf(rule));
        if (mismatch is { } why)
        {
            json.WriteString("mismatch", why == PolicyMismatch.None ? null : Name(why));
        }

        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } given)
        {
            json.WriteNumber(name, given);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    // As the other JSON of the product spells its words: a-small-word.
    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
