using System.CommandLine;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>The options that say which events a verb shows.</summary>
internal sealed class EventFilter
{
    private readonly Option<string?> qube = new("--qube", "-q") { Description = "Only events about this qube, also one that is gone; or about a stream: system, host, pool-NAME, label-INDEX.", HelpName = "NAME" };
    private readonly Option<string?> area = new("--area") { Description = "Only events of this area: " + string.Join(", ", EventArea.All.Select(known => known.Name)) + ".", HelpName = "AREA" };
    private readonly Option<string?> property = new("--property", "-p") { Description = "Only changes of this property.", HelpName = "NAME" };
    private readonly Option<string?> feature = new("--feature") { Description = "Only changes of this feature.", HelpName = "NAME" };
    private readonly Option<string[]> type = new("--type", "-t") { Description = "Only events of this type, such as property-set; 'domain-*' for several; may be given more than once.", HelpName = "ALIAS" };
    private readonly Option<string?> caller = new("--caller") { Description = "Only what this qube called.", HelpName = "NAME" };
    private readonly Option<string?> method = new("--method") { Description = "Only what came through this call, such as admin.vm.Start or 'admin.vm.*'.", HelpName = "METHOD" };
    private readonly Option<string?> since = new("--since") { Description = "Only events at or after this moment.", HelpName = "WHEN" };
    private readonly Option<string?> until = new("--until") { Description = "Only events up to this moment.", HelpName = "WHEN" };
    private readonly Option<long?> from = new("--from") { Description = "Only events at or after this position.", HelpName = "POSITION" };
    private readonly Option<long?> to = new("--to") { Description = "Only events up to this position.", HelpName = "POSITION" };
    private readonly Option<string?> text = new("--text") { Description = "Only events in which this text occurs: in a value, a name, the call or the caller.", HelpName = "TEXT" };

    /// <summary>The options.</summary>
    internal IEnumerable<Option> Options => [qube, area, property, feature, type, caller, method, since, until, from, to, text];

    /// <summary>Whether it was said from where on.</summary>
    internal bool HasBeginning(ParseResult parsed) => parsed.GetValue(since) is not null || parsed.GetValue(from) is not null;

    /// <summary>What was asked for, in the user's words.</summary>
    internal LogQuestion Question(ParseResult parsed) => new()
    {
        Qube = parsed.GetValue(qube),
        Area = parsed.GetValue(area),
        Property = parsed.GetValue(property),
        Feature = parsed.GetValue(feature),
        Types = parsed.GetValue(type) ?? [],
        Caller = parsed.GetValue(caller),
        Method = parsed.GetValue(method),
        Since = parsed.GetValue(since),
        Until = parsed.GetValue(until),
        From = parsed.GetValue(from),
        To = parsed.GetValue(to),
        Text = parsed.GetValue(text),
    };

    /// <summary>What was asked for.</summary>
    /// <exception cref="QuestionException">Something is named that there is not.</exception>
    internal Task<SearchedEvents> ReadAsync(ParseResult parsed, EventLogHost log, QubeNameBook book, CancellationToken ct) =>
        new QuestionReader(log.Search, book, TimeProvider.System).ReadAsync(Question(parsed), ct);
}
