using System.CommandLine;

namespace Qubes.Cqrs.Cli;

/// <summary><c>log</c>: the newest events first.</summary>
internal static class LogVerb
{
    private const int Page = 50;

    internal static Command Create()
    {
        var filter = new EventFilter();
        var limit = new Option<int>("--limit", "-n") { Description = "How many events; 0 for all. All in a pager and with --json, else 50.", DefaultValueFactory = _ => -1, HelpName = "COUNT" };
        var disposables = new Option<bool>("--with-disposables") { Description = "Also what the log does not hold: the events of disposables since they were last tidied up, e-1, e-2 ..., as long as the host runs." };
        var noPager = new Option<bool>("--no-pager") { Description = "Do not show it through $PAGER, or less." };
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var verb = new Command(
            "log",
            "Show events, the newest first, under the requests that brought them about. Times are UTC.\n\nExamples:\n" +
            "  qubes-history log --qube work --since yesterday\n  qubes-history log --property netvm --caller dom0\n" +
            "  qubes-history log --area Firewall --until '2026-11-20 14:00'\n  qubes-history log --type domain-delete --json") { limit, disposables, noPager, json };
        filter.Options.ToList().ForEach(verb.Add);
        var source = new HistorySource();
        return source.OnNothing(verb, async (parsed, ct) =>
        {
            var isPaged = !parsed.GetValue(json) && !parsed.GetValue(noPager);
            if (!parsed.GetValue(disposables) && source.IsOfDaemon(parsed))
            {
                var found = new DaemonLog(source.Daemon(parsed), filter.Question(parsed), parsed.GetValue(json));
                if (FoundPages.TryBegin(found, parsed.GetValue(limit), parsed.GetValue(json), ct) is { } pages)
                {
                    await Pager.WriteAsync(isPaged, page =>
                    {
                        pages.Write(page, ct);
                        return Task.CompletedTask;
                    }).ConfigureAwait(false);
                    return 0;
                }
            }

            await using var log = await source.OpenAsync(parsed, ct).ConfigureAwait(false);
            var journal = parsed.GetValue(disposables) ? source.FindJournal(parsed, log) : null;
            var read = new ReadEvents(log, parsed.GetValue(limit), parsed.GetValue(json));
            await read.FindAsync((book, ending) => filter.ReadAsync(parsed, log, book, ending), journal, ct).ConfigureAwait(false);
            await Pager.WriteAsync(isPaged, page => read.WriteAsync(page, ct)).ConfigureAwait(false);
            return 0;
        });
    }

    /// <summary>How many events are shown; 0 for all.</summary>
    /// <param name="limit">What was said; -1 for nothing.</param>
    /// <param name="asJson">Whether a program reads it.</param>
    /// <param name="page">Where it is shown.</param>
    internal static int CountOf(int limit, bool asJson, Pager page) => limit >= 0 ? limit : asJson || page.IsPaged ? 0 : Page;
}
