using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What became of all requests of a script, and of its store.</summary>
internal sealed class ScriptReport(string script)
{
    private const int MostDescribed = 20;

    private readonly List<LineResult> results = [];

    public string Script => script;

    /// <summary>What the script is about: the first word of its name, spelt out.</summary>
    public string Area => script.Split('-').ElementAtOrDefault(1) switch
    {
        "props" => "properties",
        "emptystore" => "fresh system",
        "uuid" => "addresses",
        "create" => "qubes",
        null => "",
        var word => word,
    };

    /// <summary>Events could be told apart exactly.</summary>
    public bool Fenced { get; set; }

    /// <summary>How the store differs; empty when it is the recorded one, null when it was not compared.</summary>
    public IReadOnlyList<string>? StoreDifference { get; set; }

    public bool StoreWaits { get; set; }

    public int Requests => results.Count;

    public IReadOnlyList<LineResult> Different => [.. results.Where(result => result.Outcome == Outcome.Different)];

    public bool Passed => Different.Count == 0 && (StoreDifference is null or [] || StoreWaits);

    public void Add(LineResult result) => results.Add(result);

    public int Count(Outcome outcome) => results.Count(result => result.Outcome == outcome);

    /// <summary>The requests that waiting.yaml names and that were identical all the same, by entry, and whether all of it was.</summary>
    public IEnumerable<string> OutdatedEntries()
    {
        foreach (var entry in results.Where(result => result.WaitingEntry is not null).GroupBy(result => result.WaitingEntry))
        {
            var identical = entry.Count(result => result.Outcome == Outcome.Identical);
            if (identical == entry.Count())
                yield return $"{script}: {entry.Key}: all {identical} requests are identical by now, remove the entry";
            else if (identical > 0)
                yield return $"{script}: {entry.Key}: {identical} of {entry.Count()} requests are identical by now";
        }

        if (StoreWaits && StoreDifference is [])
            yield return $"{script}: the store is the recorded one by now, remove the entry";
    }

    public string StoreWord => StoreDifference switch
    {
        null => "-",
        [] => "identical",
        _ => StoreWaits ? "waiting" : "DIFFERENT",
    };

    /// <summary>What a person needs to see why the script failed.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(ReportTable.Format([this]));
        if (!Fenced)
            text.AppendLine("Refused changes are not announced, so events were told apart by their recorded number only.");
        foreach (var result in Different.Take(MostDescribed))
            text.AppendLine(result.Describe());
        if (Different.Count > MostDescribed)
            text.AppendLine($"… and {Different.Count - MostDescribed} more: {string.Join(' ', Different.Skip(MostDescribed).Select(r => r.Line.Id[^4..]))}");
        if (StoreDifference is { Count: > 0 } store && !StoreWaits)
            text.AppendLine($"The store differs (- recorded, + ours):\n{string.Join('\n', store)}");
        return text.ToString();
    }
}

/// <summary>The table of all scripts, by area.</summary>
internal static class ReportTable
{
    private const string Columns = "requests identical  waiting  listed  skipped  different  store";

    public static string Format(IReadOnlyCollection<ScriptReport> reports)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"area",-16}{"script",-24}{Columns}");
        foreach (var report in reports.OrderBy(report => report.Area, StringComparer.Ordinal).ThenBy(report => report.Script, StringComparer.Ordinal))
            text.AppendLine(Row(report.Area, report.Script, report.Requests, report.Count, report.StoreWord));
        if (reports.Count > 1)
            text.AppendLine(Row("all", "", reports.Sum(r => r.Requests), outcome => reports.Sum(r => r.Count(outcome)), ""));
        return text.ToString();
    }

    private static string Row(string area, string name, int requests, Func<Outcome, int> count, string store) =>
        $"{area,-16}{name,-24}{requests,8}{count(Outcome.Identical),10}{count(Outcome.Waiting),9}{count(Outcome.Listed),8}{count(Outcome.Skipped),9}{count(Outcome.Different),11}  {store}";
}
