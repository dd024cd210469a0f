using System.Collections.Immutable;
using System.Text;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A policy, a system and a call, which the product and the naive interpreter judge.</summary>
/// <param name="Files">Path to lines.</param>
/// <param name="Folders">Folders that need not hold anything.</param>
/// <param name="Qubes">The system.</param>
/// <param name="Request">The call.</param>
internal sealed record PolicyCase(
    ImmutableSortedDictionary<string, ImmutableArray<string>> Files, ImmutableArray<string> Folders, ImmutableArray<NaiveQube> Qubes, PolicyRequest Request)
{
    private const string Unanswered = "unanswered";

    /// <summary>The verdict of the naive interpreter.</summary>
    internal string Naive()
    {
        try
        {
            return Naive(NaiveReader.Read(Files.ToDictionary(file => file.Key, file => string.Join('\n', file.Value), StringComparer.Ordinal), Folders));
        }
        catch (NaiveFault fault)
        {
            return NaiveText(fault);
        }
    }

    /// <summary>The verdict of the naive interpreter on rules that it has read.</summary>
    internal string Naive(IReadOnlyList<NaiveRule> rules) =>
        new NaiveJudge(rules, Qubes, Request.Service, Request.Argument, Request.Source, Request.Target).Judge(Request.RequestedSource);

    internal static string NaiveText(NaiveFault fault) => fault.Message == Unanswered ? Unanswered : "unusable " + fault.Message;

    /// <summary>The verdict of the product.</summary>
    internal string Compiled()
    {
        try
        {
            return Compiled(PolicyLoader.Load(Source(), PolicyLocations.Standard).Rules, System());
        }
        catch (PolicyException fault)
        {
            return CompiledText(fault);
        }
    }

    internal static string CompiledText(PolicyException fault) => fault switch
    {
        { IsUnanswered: true } => Unanswered,
        PolicySyntaxException syntax => $"unusable {syntax.File}:{syntax.Line}",
        _ => "unusable ",
    };

    /// <summary>The verdict of the product on rules and a system that it has taken in.</summary>
    internal string Compiled(PolicyRules rules, IPolicySystem system)
    {
        var decision = PolicyEvaluator.Judge(rules, system, Request);
        var start = $"target={decision.Target} rule={decision.Verdict.Rule?.Place} ";
        return decision switch
        {
            { Verdict: PolicyDenied { IsUnanswered: true } } => Unanswered,
            { Target: null } => "request refused",
            { Verdict: PolicyDenied denied } => start + $"deny notify={denied.Notify}",
            { Verdict: PolicyAllowed allowed } => start + $"allow {allowed.Target} {Options(allowed.Rule)}\n{Shown(PolicyAnswers.Execute(system, decision, allowed.Rule, allowed.Target, Request))}",
            { Verdict: PolicyAsked asked } => start + $"ask {string.Join(',', asked.Targets)} default={asked.DefaultTarget} {Options(asked.Rule)}\n" +
                Shown(PolicyAnswers.AssumeYes(system, decision, asked, Request)),
            _ => "?",
        };
    }

    internal PolicyFiles Source() => Files.Aggregate(
        Folders.Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder)), (all, file) => all.With(file.Key, PolicyFile.Of(string.Join('\n', file.Value))));

    internal RecordedSystem System() => new([.. Qubes.Select(qube => new MadeUpQube(qube))]);

    public override string ToString()
    {
        var shown = new StringBuilder();
        foreach (var (path, lines) in Files)
        {
            shown.Append(path).Append(":\n  ").AppendJoin("\n  ", lines).Append('\n');
        }

        return shown.Append("folders: ").AppendJoin(' ', Folders).Append('\n').AppendJoin('\n', Qubes).Append('\n').Append(Request).ToString();
    }

    private static string Options(PolicyRule rule) => $"user={rule.User} notify={rule.Notify} autostart={rule.Autostart}";

    private static string Shown((string? Text, PolicyDenied? Refusal, PolicyRemark? Remark) answer) => answer switch
    {
        { Text: { } text } => text,
        { Refusal.Reason: "loopback qrexec connection not supported" } => "loopback",
        { Refusal: { } refusal } when refusal.Reason.EndsWith("is not a valid choice", StringComparison.Ordinal) => "no choice",
        _ => "unreachable",
    };
}
