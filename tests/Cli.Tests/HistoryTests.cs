using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Npgsql;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history</c> with the daemon stopped.</summary>
public sealed class HistoryTests(SampleLog log) : IClassFixture<SampleLog>
{
    [Fact]
    public async Task The_log_shows_the_newest_event_first()
    {
        var run = await log.RunAsync("log", "--json", "--limit", "2");
        var lines = Lines(run);
        Assert.Equal(2, lines.Length);
        Assert.Equal(log.Changed, lines[0].GetProperty("position").GetInt64());
        Assert.Equal(log.Changed - 1, lines[1].GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task The_log_can_be_limited_to_a_qube_and_a_type()
    {
        var lines = Lines(await log.RunAsync("log", "--json", "--qube", SampleLog.Qube, "--type", "property-set"));
        Assert.Equal(log.Changed, Assert.Single(lines).GetProperty("position").GetInt64());
        Assert.Empty(Lines(await log.RunAsync("log", "--json", "--qube", SampleLog.Qube, "--type", "tag-add")));
    }

    [Fact]
    public async Task The_table_has_no_colours_when_it_is_no_terminal()
    {
        var run = await log.RunAsync("log");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("property-set", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task One_event_is_shown_with_its_call()
    {
        var run = await log.RunAsync("show", Text(log.Changed));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("admin.vm.property.Set", run.Output, StringComparison.Ordinal);
        Assert.Contains("memory", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_before_and_after_a_change_can_be_shown()
    {
        Assert.Equal(Sorted(XDocument.Load(Path.Combine(AppContext.BaseDirectory, "qubes.xml"))), await StoreAsync(log.Imported));
        Assert.NotEqual(await StoreAsync(log.Imported), await StoreAsync(log.Changed));
        Assert.Equal("600", await MemoryAsync(log.Changed));
        Assert.NotEqual("600", await MemoryAsync(log.Imported));
    }

    [Theory]
    [InlineData("there is no event type 'nonsense'", "log", "--type", "nonsense")]
    [InlineData("there never was a qube 'nobody' in this log", "log", "--qube", "nobody")]
    [InlineData("there is no area 'Weather'; known are: Labels, Properties", "log", "--area", "Weather")]
    [InlineData("there is no position 1000000: the log goes from 0 to", "log", "--from", "1000000")]
    [InlineData("the log begins at 2026-01-02 03:04:05Z", "log", "--until", "2025-12-31")]
    [InlineData("the log begins at 2026-01-02 03:04:05Z", "at", "2026-01-02T04:04:04.5+01:00")]
    [InlineData("'soon' is neither a position nor a time nor a mark; understood is a position such as 42", "at", "soon")]
    [InlineData("there is no position -1", "show", "-1")]
    [InlineData("--plot draws SVG only", "stats", "--plot", "days.png")]
    [InlineData("the drawing cannot be written to '/nonexistent/days.svg'", "stats", "--plot", "/nonexistent/days.svg")]
    [InlineData("--for takes a number of seconds", "watch", "--for", "-1")]
    [InlineData("there is no position 0", "show", "0")]
    [InlineData("there is no position 1000000", "at", "1000000")]
    [InlineData("there is no qube 'nobody'", "at", "9", "--qube", "nobody")]
    public async Task What_is_not_there_is_said(string reason, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_folder_without_a_log_is_named()
    {
        var run = await SampleLog.RunOnAsync("/nonexistent", "log");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no log in /nonexistent/var/lib/qubes/log", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_row_is_found()
    {
        Assert.Equal(0, (await log.RunAsync("verify")).ExitCode);
        await TamperAsync("600", "601");
        var run = await log.RunAsync("verify", "--json");
        await TamperAsync("601", "600");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(log.Changed, JsonDocument.Parse(run.Output).RootElement.GetProperty("fault").GetProperty("position").GetInt64());
        Assert.Equal(0, (await log.RunAsync("verify")).ExitCode);
    }

    private async Task TamperAsync(string from, string to)
    {
        await using var host = await log.OpenAsync();
        await using var connection = new NpgsqlConnection(host.Server!.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"update mt_events set data = replace(data::text, '{from}', '{to}')::jsonb where seq_id = {Text(log.Changed)}", connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    // Tags are a set: the original writes them in any order.
    private static string[] Sorted(XDocument store) => [.. store.ToString().Split('\n').Order(StringComparer.Ordinal)];

    private async Task<string[]> StoreAsync(long position)
    {
        var run = await log.RunAsync("at", Text(position), "--xml");
        Assert.Equal("", run.Error);
        return Sorted(XDocument.Parse(run.Output));
    }

    private async Task<string?> MemoryAsync(long position)
    {
        var run = await log.RunAsync("at", Text(position), "--qube", SampleLog.Qube, "--json");
        return JsonDocument.Parse(run.Output).RootElement
            .GetProperty("qubes").GetProperty(SampleLog.Qube).GetProperty("properties").GetProperty("memory").GetString();
    }

    private static JsonElement[] Lines(Finished run)
    {
        Assert.Equal("", run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
