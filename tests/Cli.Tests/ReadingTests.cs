using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>log</c>, <c>show</c>, <c>watch</c> and <c>stats</c> on a log in which a qube ran.</summary>
public sealed class ReadingTests(RunningLog log) : IClassFixture<RunningLog>
{
    [Fact]
    public async Task The_log_groups_events_by_request()
    {
        var run = await log.RunAsync("log", "--limit", "14", "--to", Text(log.Stopped));
        Assert.Equal("", run.Error);
        await HoldAsync("log.txt", run.Output);
    }

    [Fact]
    public async Task An_event_is_shown_with_what_it_changed_and_what_its_request_did()
    {
        var run = await log.RunAsync("show", Text(log.Changed));
        Assert.Equal("", run.Error);
        await HoldAsync("show.txt", run.Output);
    }

    [Fact]
    public async Task The_same_as_JSON()
    {
        var shown = JsonDocument.Parse((await log.RunAsync("show", Text(log.Changed), "--json")).Output).RootElement;
        Assert.Equal(log.Changed, shown.GetProperty("position").GetInt64());
        var change = shown.GetProperty("changes")[0];
        Assert.Equal("red\u001b[31m", change.GetProperty("before").GetProperty("value").GetString());
        Assert.Equal("blue", change.GetProperty("after").GetProperty("value").GetString());
        Assert.Contains(shown.GetProperty("request").EnumerateArray(), other => other.GetProperty("position").GetInt64() == log.Started);
    }

    [Fact]
    public async Task The_counts_of_the_log_are_shown()
    {
        var run = await log.RunAsync("stats", "--until", Text(log.Stopped));
        Assert.Equal("", run.Error);
        await HoldAsync("stats.txt", run.Output[..run.Output.IndexOf("table ", StringComparison.Ordinal)]);
        Assert.Contains("mt_events", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_can_begin_at_a_moment_and_be_drawn()
    {
        var file = Path.Combine(log.Root, "days.svg");
        var counts = JsonDocument.Parse((await log.RunAsync("stats", "--json", "--since", "2026-01-02 04:00", "--until", "2026-01-02 05:30", "--plot", file)).Output).RootElement;
        Assert.Equal(3, counts.GetProperty("events").GetInt64());
        Assert.Equal(3, counts.GetProperty("days").GetProperty("2026-01-02").GetInt64());
        Assert.Equal(1, counts.GetProperty("areas").GetProperty("Features").GetInt64());
        Assert.Equal("2026-01-02: 3", Assert.Single(XDocument.Load(file).Descendants("{http://www.w3.org/2000/svg}title")).Value);
    }

    [Theory]
    [InlineData(3, "--since", "2026-01-02 04:00")]
    [InlineData(1, "--since", "2026-01-02 04:00", "--until", "2026-01-02 04:30")]
    [InlineData(2, "--area", "Features")]
    [InlineData(2, "--feature", "vm-config.color")]
    [InlineData(1, "--property", "memory")]
    [InlineData(6, "--method", "admin.vm.Start")]
    [InlineData(1, "--method", "admin.vm.f*")]
    [InlineData(0, "--method", "admin.vm.f")]
    [InlineData(0, "--caller", "work")]
    [InlineData(2, "--text", "BLUE")]
    [InlineData(0, "--text", "100%_'\\")]
    [InlineData(0, "--text", "SnapOnStart")]
    [InlineData(1, "--text", "payload", "--qube", "work")]
    [InlineData(3, "--type", "domain-s*", "--area", "Power", "--qube", "work", "--type", "domain-pre-spawn", "--to", "31")]
    [InlineData(3, "--from", "2", "--to", "4")]
    [InlineData(1, "--qube", "system", "--property", "default_kernel")]
    public async Task Conditions_are_kept(int count, params string[] conditions)
    {
        var filter = new EventFilter();
        var verb = new Command("log");
        filter.Options.ToList().ForEach(verb.Add);
        var book = new QubeNameBook();
        var wanted = await filter.ReadAsync(verb.Parse([.. conditions, .. AsItWas(conditions)]), log.Host, book, CancellationToken.None);
        var found = await wanted.NewestFirstAsync(log.Host.Search, log.Host.Serializer, book, [], CancellationToken.None).ToListAsync();
        Assert.Equal(count, found.Count);
        Assert.Equal(found.OrderByDescending(recorded => recorded.Position), found);
        var inOrder = await log.Host.Search.InOrderAsync(wanted.Query, wanted.Query.After, wanted.Query.UpTo!.Value, CancellationToken.None);
        Assert.Equal(found.AsEnumerable().Reverse(), inOrder.Where(recorded => wanted.HasText(recorded, log.Host.Serializer, book)));
    }

    [Fact]
    public async Task New_events_are_followed()
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var watching = log.RunAsync("watch", "--for", "4", "--json", "--type", "tag-add");
        var appended = new List<long>();
        while (!watching.IsCompleted)
        {
            appended.Add(await log.AppendTagAsync("tag" + Text(appended.Count)));
            await Task.Delay(100, end.Token);
        }

        var run = await watching;
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var seen = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64()).ToList();
        Assert.NotEmpty(seen);
        Assert.Equal(appended.SkipWhile(position => position < seen[0]).Take(seen.Count), seen);
    }

    [Fact]
    public async Task A_long_history_is_read_in_pages()
    {
        for (var count = 0; count < 150; count++)
        {
            await log.AppendTagAsync("page" + Text(count));
        }

        var found = await log.Host.Search.NewestFirstAsync(new() { Types = ["tag-add"] }, CancellationToken.None).Select(recorded => recorded.Position.Value).ToListAsync();
        Assert.True(found.Count >= 150);
        Assert.Equal(found.Distinct().OrderDescending(), found);
        var ofQube = await log.Host.Search.NewestFirstAsync(new() { Streams = [StreamName.OfQube(QubeId.Dom0)], Types = ["tag-add"] }, CancellationToken.None).CountAsync();
        Assert.Equal(found.Count, ofQube);
    }

    // Other tests append to the log; no condition here is about what they append.
    private string[] AsItWas(string[] conditions) => conditions.Contains("--to") ? [] : ["--to", Text(log.Stopped)];

    // Tables fill their lines with blanks.
    private static Task HoldAsync(string name, string shown)
    {
        Assert.DoesNotContain(shown.Split('\n'), line => line.TrimEnd().Length > 80);
        return Golden.HoldAsync(name, string.Join('\n', shown.TrimEnd().Split('\n').Select(line => line.TrimEnd())) + "\n");
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
