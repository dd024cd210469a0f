using System.Globalization;
using Qubes.Cqrs.Benchmarks.Load;

namespace Qubes.Cqrs.Benchmarks.Reports;

/// <summary>The goals for requests over the socket.</summary>
public static class LoadGoals
{
    private const double GrowthLimit = 1.15;
    private const double BulkReadLimitMs = 10;
    private const double SystemInfoLimitMs = 0.2;
    private const int WindowCalls = 584;

    /// <summary>Compares every figure with its goal.</summary>
    public static IEnumerable<Goal> Of(LoadReport report)
    {
        var crowd = report.Cells.Select(cell => cell.Clients).DefaultIfEmpty(1).Max();
        return Floors(report, crowd).Concat(Managers(report)).Concat(Growth(report, crowd))
            .Concat(report.Skipped.Select(skipped => new Goal(
                $"{skipped.Method}, {skipped.Qubes} qubes", "to be measured", skipped.Reason, null, true)));
    }

    private static IEnumerable<Goal> Floors(LoadReport report, int crowd)
    {
        foreach (var cell in report.Cells.Where(cell => cell.Method == "admin.vm.property.Get"))
        {
            if (cell.Clients == 1)
                yield return AtMost(1.7, cell.Api, cell.Echo, "Get median / echo median", cell.Qubes);
            if (cell.Clients == crowd)
                yield return AtLeast(0.6, cell.Api, cell.Echo, $"Get/s / echo/s, {crowd} clients", cell.Qubes);
        }
        foreach (var cell in report.Cells.Where(cell => cell.Method == "admin.vm.property.Set"))
        {
            foreach (var (rank, insert) in cell.Inserts.Index())
            {
                if (cell.Clients == 1)
                    yield return AtMost(2.5, cell.Api, insert.Series, $"Set median / bare insert median ({insert.Client})", cell.Qubes, rank == 0);
                if (cell.Clients == crowd)
                {
                    yield return AtLeast(
                        1.0 / 3, cell.Api, insert.Series,
                        $"Set/s, {crowd} clients / bare inserts/s, {insert.Connections} connections ({insert.Client})", cell.Qubes, rank == 0);
                }
            }
        }
    }

    private static IEnumerable<Goal> Managers(LoadReport report)
    {
        foreach (var cell in report.Cells.Where(cell => cell is { Clients: 1, Method: Workload.SettingsWindow }))
        {
            // The time of a burst is what its calls take together, so it is their mean that counts.
            yield return Judge(
                $"{WindowCalls} mixed calls / {WindowCalls} echo round trips, {cell.Qubes} qubes", "<= 1.7",
                Ratio.Of(cell.Api, cell.Echo, round => 1 / round.PerSecond), value => value <= 1.7, true);
        }
        foreach (var cell in report.Cells.Where(cell => cell is { Clients: 1, Method: Workload.BulkRead, Qubes: <= 200 }))
            yield return AtMost(BulkReadLimitMs, cell, "bulk read");
        foreach (var cell in report.Cells.Where(cell => cell is { Clients: 1, Method: Workload.SystemInfo, Qubes: <= 500 }))
            yield return AtMost(SystemInfoLimitMs, cell, "system information for the policy");
    }

    private static Goal AtMost(double limitMs, Cell cell, string what)
    {
        var milliseconds = cell.Api.MedianMicroseconds / 1000;
        return new(
            $"{what}, {cell.Qubes} qubes", string.Create(CultureInfo.InvariantCulture, $"<= {limitMs} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.00} ms (echo of as many bytes {cell.Echo.MedianMicroseconds / 1000:0.00} ms)"),
            milliseconds <= limitMs, true);
    }

    private static IEnumerable<Goal> Growth(LoadReport report, int crowd)
    {
        var sizes = report.Cells.Select(cell => cell.Qubes).Distinct().Order().ToArray();
        if (sizes.Length < 2)
            yield break;
        var grown = report.Cells.Where(cell => Workload.Methods.Contains(cell.Method)).ToArray();
        var large = grown.Where(cell => cell.Qubes == sizes[^1]);
        var small = grown.Where(cell => cell.Qubes == sizes[0]);
        foreach (var (many, few) in large.Join(small, cell => (cell.Method, cell.Clients), cell => (cell.Method, cell.Clients), (a, b) => (a, b)))
        {
            // A sequential client is looked at by its median, a crowd by what it gets done: its median says little on busy cores.
            Func<Round, double> cost = many.Clients == 1 ? round => round.MedianMicroseconds : round => 1 / round.PerSecond;
            var ratio = Ratio.Of(many.Api, few.Api, cost);
            var scale = (double)few.Listed / many.Listed;
            var unit = many.Listed == 1 ? "" : " per listed qube";
            yield return Judge(
                $"{many.Method}{unit}, {many.Qubes} qubes / {few.Qubes} qubes, {(many.Clients == 1 ? "sequential" : $"{crowd} clients")}",
                $"<= {GrowthLimit}", new(ratio.Median * scale, ratio.Lowest * scale, ratio.Highest * scale), value => value <= GrowthLimit, true);
        }
    }

    private static Goal AtMost(double limit, Series measured, Series floor, string what, int qubes, bool binding = true) => Judge(
        $"{what}, {qubes} qubes", FormattableString.Invariant($"<= {limit:0.##}"),
        Ratio.Of(measured, floor, round => round.MedianMicroseconds), value => value <= limit, binding);

    private static Goal AtLeast(double limit, Series measured, Series floor, string what, int qubes, bool binding = true) => Judge(
        $"{what}, {qubes} qubes", FormattableString.Invariant($">= {limit:0.##}"),
        Ratio.Of(measured, floor, round => round.PerSecond), value => value >= limit, binding);

    private static Goal Judge(string what, string target, Ratio ratio, Func<double, bool> met, bool binding) => new(
        what, target,
        string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.000} ({ratio.Lowest:0.000} to {ratio.Highest:0.000})"),
        double.IsFinite(ratio.Median) ? met(ratio.Median) : null, binding);
}
