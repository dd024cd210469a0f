using System.Globalization;

namespace Qubes.Cqrs.Benchmarks.Policy;

/// <summary>What was measured.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Evaluations">Evaluations in process.</param>
/// <param name="Requests">Requests over the socket.</param>
/// <param name="Echo">Exchanges with the echo server between them.</param>
public sealed record PolicyReport(PolicySettings Settings, IReadOnlyList<PolicyFigure> Evaluations, IReadOnlyList<PolicyFigure> Requests, PolicyFigure Echo)
{
    /// <summary>The report for people.</summary>
    public string ToMarkdown()
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{Settings.Qubes} qubes, {Settings.Lines} lines of policy"),
            "",
            "| what | median | 99th percentile | median beyond the echo |",
            "|---|---|---|---|",
        };
        lines.AddRange(Evaluations.Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"| {figure.What}, in process | {figure.MedianMicroseconds:0.0} µs | {figure.P99Microseconds:0.0} µs | |")));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {Echo.What} | {Echo.MedianMicroseconds:0.0} µs | {Echo.P99Microseconds:0.0} µs | |"));
        lines.AddRange(Requests.Select(figure => string.Create(
            CultureInfo.InvariantCulture,
            $"| {figure.What}, over the socket | {figure.MedianMicroseconds:0.0} µs | {figure.P99Microseconds:0.0} µs | {figure.MedianMicroseconds - Echo.MedianMicroseconds:0.0} µs |")));
        return string.Join('\n', lines);
    }
}
