using System.Globalization;
using System.Text;
using Qubes.Cqrs.Benchmarks.Reports;

namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>The speed of storage.</summary>
/// <param name="Machine">Where.</param>
/// <param name="LoadAfter">The load average after the run.</param>
/// <param name="Settings">What was asked for.</param>
/// <param name="Figures">The figures.</param>
public sealed record StorageReport(Machine Machine, double LoadAfter, StorageSettings Settings, IReadOnlyList<StorageFigure> Figures)
{
    /// <summary>The report for people.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Storage, {Machine.Time:yyyy-MM-dd HH:mm} UTC\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine.Processor}, {Machine.Cores} cores, Linux {Machine.Kernel}, {Machine.Runtime}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Disk {Machine.FileSystem}; load average before the run {Machine.LoadAverage:0.0}, after it {LoadAfter:0.0}.\n");
        text.AppendLine("| figure | median (range) | floor in the same run | median (range) | goal | met |");
        text.AppendLine("|---|--:|---|--:|---|---|");
        foreach (var figure in Figures)
        {
            var met = figure.Met switch { true => "yes", false => "**no**", null => "" };
            var floor = figure.FloorRounds.Count == 0 ? "" : Cell(figure.FloorMedian, figure.FloorRounds, figure.Unit);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {figure.What} | {Cell(figure.Median, figure.Rounds, figure.Unit)} | {figure.Floor} | {floor} | {figure.Goal} | {met} |");
        }

        return text.ToString();
    }

    private static string Cell(double median, IReadOnlyList<double> rounds, string unit) => rounds.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{median:0.##} {unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{median:0.##} {unit} ({rounds.Min():0.##} to {rounds.Max():0.##})");
}
