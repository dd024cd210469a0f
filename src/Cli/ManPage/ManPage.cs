using System.CommandLine;
using System.Text;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>The manual page, made of what the verbs say of themselves.</summary>
internal static class ManPage
{
    /// <summary>The page in the language of <c>man</c>.</summary>
    internal static string Of(RootCommand program)
    {
        var page = new StringBuilder();
        Line(page, ".\\\" Made by \"qubes-history man-page\"; do not edit.");
        Line(page, ".TH QUBES-HISTORY 1 \"\" \"Qubes.Cqrs\" \"Qubes OS\"");
        Section(page, "NAME");
        Line(page, "qubes-history \\- who changed what in this system, and what it was at any moment");
        Section(page, "SYNOPSIS");
        Line(page, ".B qubes-history");
        Line(page, ".I VERB");
        Line(page, "[\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]");
        Section(page, "DESCRIPTION");
        Text(page, "Every change of the system is an event in the log of qubesd. qubes-history reads that log: beside a running daemon, or alone, on the log of a daemon that is stopped.");
        Section(page, "MOMENTS");
        Text(page, "Wherever a verb asks for a moment (WHEN), it understands " + MomentParser.Understood + ". A time is UTC unless it names another zone. " +
            "The state at a time is the one after the last event that is not later.");
        Section(page, "VERBS");
        program.Subcommands.Where(verb => !verb.Hidden).OrderBy(verb => verb.Name, StringComparer.Ordinal).ToList().ForEach(verb => Verb(page, verb, ""));
        Section(page, "EXIT STATUS");
        Item(page, "0", "All went well.");
        Item(page, "1", "It was refused or failed; the reason stands on standard error.");
        Item(page, "2", "What was asked about is different or wrong: states that differ, a log that does not fit.");
        Item(page, "130", "It was interrupted.");
        Section(page, "ENVIRONMENT");
        Item(page, "PAGER", "The program that shows what is long, with its arguments; \\fBless \\-FRX\\fR if not set, none if it is empty or cat.");
        Item(page, "NO_COLOR", "If it is not empty, nothing is coloured.");
        Section(page, "FILES");
        Item(page, "/etc/qubes/qubesd.yaml", "The daemon's configuration, which tells where the log is.");
        Item(page, "/var/lib/qubes/log", "The log.");
        Section(page, "SEE ALSO");
        Line(page, ".BR qubesd (8)");
        return page.ToString();
    }

    private static void Verb(StringBuilder page, Command verb, string before)
    {
        var name = before + verb.Name;
        var arguments = verb.Arguments.Where(argument => !argument.Hidden).ToList();
        Line(page, $".SS {Escape(name)}{string.Concat(arguments.Select(argument => $" {Escape(Placeholder(argument))}"))}");
        var description = (verb.Description ?? "").Split("\n\n");
        Text(page, description[0]);
        arguments.ForEach(argument => Item(page, Placeholder(argument), Escape(argument.Description ?? "")));
        foreach (var option in verb.Options.Where(option => !option.Hidden && option.Name is not ("--help" or "--version")))
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(alias => alias.Length).Select(Escape));
            Item(page, option.HelpName is { } value ? $"{names} \\fI{Escape(value)}\\fR" : names, Escape(option.Description ?? ""));
        }

        foreach (var more in description.Skip(1))
        {
            var lines = more.Split('\n');
            Line(page, ".PP");
            if (lines[0].EndsWith(':'))
            {
                Line(page, Escape(lines[0]));
                Line(page, ".PP\n.nf\n.RS");
                lines.Skip(1).ToList().ForEach(line => Line(page, Guard(Escape(line.Trim()))));
                Line(page, ".RE\n.fi");
            }
            else
            {
                Text(page, more);
            }
        }

        verb.Subcommands.Where(below => !below.Hidden).ToList().ForEach(below => Verb(page, below, name + " "));
    }

    private static string Placeholder(Argument argument)
    {
        var name = (argument.HelpName ?? argument.Name).ToUpperInvariant() + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static void Section(StringBuilder page, string name) => Line(page, $".SH {name}");

    private static void Item(StringBuilder page, string tag, string text)
    {
        Line(page, ".TP");
        Line(page, $"\\fB{tag}\\fR");
        Line(page, Guard(text));
    }

    private static void Text(StringBuilder page, string text) => Line(page, Guard(Escape(text)));

    private static void Line(StringBuilder page, string line) => page.Append(line).Append('\n');

    // A line of text must not begin as a request does.
    private static string Guard(string line) => line.Length > 0 && line[0] is '.' or '\'' ? "\\&" + line : line;

    private static string Escape(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
