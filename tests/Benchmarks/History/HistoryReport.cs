using System.Globalization;
using System.Text;
using Qubes.Cqrs.Benchmarks.Reports;

namespace Qubes.Cqrs.Benchmarks.History;

/// <summary>A figure of the history tool beside its floor.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit"><c>ms</c> or <c>s</c>.</param>
/// <param name="Median">The median over the rounds.</param>
/// <param name="P99">The 99th percentile; the largest where there were fewer than a hundred rounds.</param>
/// <param name="Floor">What the floor is.</param>
/// <param name="FloorMedian">Its median.</param>
/// <param name="FloorP99">Its 99th percentile.</param>
/// <param name="Goal">What is to be reached, in words; empty for none.</param>
/// <param name="Met">Whether it is; null without a goal.</param>
public sealed record HistoryFigure(
    string What, string Unit, double Median, double P99, string Floor, double FloorMedian, double FloorP99, string Goal, bool? Met);

/// <summary>The speed of the history tool on a long log.</summary>
/// <param name="Machine">Where.</param>
/// <param name="LoadAfter">The load average after the run.</param>
/// <param name="Events">How many events the log holds.</param>
/// <param name="Qubes">How many qubes there are.</param>
/// <param name="Snapshots">How many snapshots there are.</param>
/// <param name="SnapshotBytes">What they hold together.</param>
/// <param name="LogBytes">What the table of events takes, indexes included.</param>
/// <param name="FillSeconds">How long the daemon took to make them in the background; 0 when they were there.</param>
/// <param name="Figures">The figures.</param>
public sealed record HistoryReport(
    Machine Machine, double LoadAfter, long Events, int Qubes, int Snapshots, long SnapshotBytes, long LogBytes, double FillSeconds,
    IReadOnlyList<HistoryFigure> Figures)
{
    /// <summary>The report for people.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# History, {Machine.Time:yyyy-MM-dd HH:mm} UTC\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Processor}, {Machine.Cores} cores, Linux {Machine.Kernel}, {Machine.Runtime}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Log on {Machine.FileSystem}; load average before the run {Machine.LoadAverage:0.0}, after it {LoadAfter:0.0}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Events} events ({LogBytes / 1048576.0:0} MiB), {Qubes} qubes; {Snapshots} snapshots, {SnapshotBytes / 1048576.0:0.0} MiB.");
        text.AppendLine(FillSeconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $"The daemon made them in the background within {FillSeconds:0} s of its start.\n")
            : "They were there before.\n");
        text.AppendLine("| figure | median | 99th percentile | floor in the same run | median | 99th percentile | goal | met |");
        text.AppendLine("|---|--:|--:|---|--:|--:|---|---|");
        foreach (var figure in Figures)
        {
            var met = figure.Met switch { true => "yes", false => "**no**", null => "" };
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {figure.What} | {figure.Median:0.0} {figure.Unit} | {figure.P99:0.0} {figure.Unit} | {figure.Floor} | {figure.FloorMedian:0.0} {figure.Unit} | {figure.FloorP99:0.0} {figure.Unit} | {figure.Goal} | {met} |");
        }

        return text.ToString();
    }
}
