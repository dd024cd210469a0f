using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;
using Spectre.Console;

namespace Qubes.Cqrs.Cli;

/// <summary><c>bisect</c>: since when something holds.</summary>
internal static class BisectVerb
{
    internal static Command Create()
    {
        var condition = new Argument<string[]>("condition") { Description = "The condition; after -- a command that decides.", Arity = ArgumentArity.OneOrMore };
        var from = new Option<string?>("--from") { Description = Moment.Description + " Where to begin; before the first event if not given.", HelpName = "WHEN" };
        var to = new Option<string?>("--to") { Description = Moment.Description + " Where to end; the present if not given.", HelpName = "WHEN" };
        var linear = new Option<bool>("--linear") { Description = "Look at every position: finds the very first, also of something that was no longer so in between." };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var verb = new Command(
            "bisect",
            "Find the first position at which a condition holds. It is taken to stay true from then on; --linear does without that.\n\n" +
            "A condition compares (==, !=, <, <=, >, >=, in) and combines (and, or, not, parentheses): NAME.PROPERTY, NAME.feature.X, NAME.tag.X, NAME.tags, " +
            "NAME.state, NAME.class, NAME.notes, global.PROPERTY, host.FACT, exists(NAME), policy(SOURCE TARGET SERVICE) (allow, ask or deny), qubes, labels, pools, position, none, texts in quotes. " +
            "A command gets the state as JSON on its input and the position in QUBES_HISTORY_POSITION; it ends with 0 where the condition holds, with 1 where " +
            "it does not, with anything else to stop.\n\nExamples:\n  qubes-history bisect 'work.netvm == sys-net and not exists(vault)'\n" +
            "  qubes-history bisect 'policy(work vault qubes.Filecopy) == allow'\n  qubes-history bisect --linear 'qubes > 10'\n  qubes-history bisect --from 42 -- grep -q audio") { condition, from, to, linear, json };
        return new HistorySource().On(verb, async (parsed, log, ct) =>
        {
            var words = parsed.GetValue(condition) ?? [];
            var isCommand = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash);
            Func<World, CancellationToken, Task<bool>> holds = isCommand ? new ExternalCondition(words).HoldsAsync : Expression(string.Join(' ', words));
            var start = parsed.GetValue(from) is { } text ? await Moment.FindAsync(log, text, ct).ConfigureAwait(false) : LogPosition.Start;
            var end = await Moment.FindAsync(log, parsed.GetValue(to), ct).ConfigureAwait(false);
            if (start > end)
            {
                throw new HistoryException($"position {start} does not lie before position {end}");
            }

            var search = new Bisection(log, holds);
            var found = await (parsed.GetValue(linear) ? search.ScanAsync(start, end, ct) : search.HalveAsync(start, end, ct)).ConfigureAwait(false)
                ?? throw new HistoryException(parsed.GetValue(linear)
                    ? $"the condition holds nowhere from position {start} to position {end}"
                    : $"the condition does not hold at position {end}");
            await WriteAsync(log, found, search.Asked, parsed.GetValue(json), ct).ConfigureAwait(false);
            return 0;
        });
    }

    private static Func<World, CancellationToken, Task<bool>> Expression(string text)
    {
        try
        {
            var condition = Condition.Parse(text);
            return (world, _) => Task.FromResult(condition.Holds(world));
        }
        catch (ConditionException reason)
        {
            throw new HistoryException(reason.Message);
        }
    }

    private static async Task WriteAsync(EventLogHost log, World found, int asked, bool asJson, CancellationToken ct)
    {
        var at = found.Position;
        var recorded = at == LogPosition.Start
            ? null
            : await log.Reader.ReadAsync(new LogPosition(at.Value - 1), at, ct).SingleAsync(ct).ConfigureAwait(false);
        if (asJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteNumber("position", at.Value);
                json.WriteNumber("asked", asked);
                if (recorded is not null)
                {
                    json.WritePropertyName("event");
                    json.WriteRawValue(EventText.Json(recorded, log.Serializer));
                }
            });
            return;
        }

        Console.WriteLine(recorded is null
            ? "It holds before the first event."
            : string.Create(CultureInfo.InvariantCulture, $"It holds from position {at} on ({asked} positions were looked at)."));
        if (recorded is not null)
        {
            Terminal.Show(Describe(recorded, id => found.Find(id)?.Name ?? id.ToString()));
        }
    }

    private static Grid Describe(RecordedEvent recorded, Func<QubeId, string> nameOf)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        (string Name, string Text)[] rows =
        [
            ("time", recorded.Time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ("event", recorded.Type),
            ("about", EventText.Subject(recorded, nameOf)),
            ("what", EventText.Summary(recorded, nameOf)),
            ("by", recorded.Metadata?.Source ?? "(erased)"),
            ("through", recorded.Metadata?.Method ?? "(erased)"),
        ];
        foreach (var (name, text) in rows)
        {
            grid.AddRow(name, Markup.Escape(Terminal.Printable(text)));
        }

        return grid;
    }
}
