using System.Text.Json;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One event of the log as <c>qubes-history log --json</c> prints it.</summary>
internal sealed record LogEntry(long Position, string Type, string Stream, string Method, string Arg, JsonElement Data);

/// <summary>Asks the history tool, with the daemon running or stopped.</summary>
internal static class History
{
    /// <summary>Fails the test unless the chain of the log verifies.</summary>
    public static async Task AssertVerifiesAsync(RootFolder root, CancellationToken ct)
    {
        var (code, output, error) = await Command.ExecuteAsync(Repository.History(), ["verify", "--root", root.Path, "--json"], ct);
        if (code != 0)
            Assert.Fail($"The log does not verify (exit code {code}):\n{output}{error}");
    }

    /// <summary>The whole log in order.</summary>
    public static async Task<List<LogEntry>> ReadAsync(RootFolder root, CancellationToken ct)
    {
        var output = await Command.RunAsync(Repository.History(), ["log", "--root", root.Path, "--json"], ct);
        var entries = new List<LogEntry>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            entries.Add(new LogEntry(
                entry.GetProperty("position").GetInt64(),
                Text(entry, "type"),
                Text(entry, "stream"),
                Text(entry, "method"),
                Text(entry, "arg"),
                entry.TryGetProperty("data", out var data) ? data.Clone() : default));
        }

        return entries;
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
