using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>What a check of a policy found, a line each, in the form in which compilers say it and editors read it.</summary>
internal static class PolicyFindingsText
{
    internal static string Of(ImmutableArray<PolicyFinding> findings)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            text.Append(Place(finding)).Append(finding.IsError ? "error: " : "warning: ").Append(finding.Text);
            text.Append(finding.Expected is { } expected ? $"; expected: {expected}" : "").Append('\n');
        }

        var errors = findings.Count(finding => finding.IsError);
        text.Append(findings.IsEmpty ? "nothing found\n" : $"{Count(errors, "error")}, {Count(findings.Length - errors, "warning")}\n");
        return TerminalText.Printable(text.ToString());
    }

    private static string Place(PolicyFinding finding) => finding switch
    {
        { File: "" } => "",
        { Line: 0 } => finding.File + ": ",
        { Column: 0 } => string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}: "),
        _ => string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}:{finding.Column}: "),
    };

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
