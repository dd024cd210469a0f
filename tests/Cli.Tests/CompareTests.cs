using System.Globalization;
using System.Text.Json;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>qubes-history diff</c> and <c>blame</c>.</summary>
[Collection(SampleChangesTests.Name)]
public sealed class CompareTests(SampleChanges log)
{
    [Fact]
    public async Task What_differs_is_shown_setting_by_setting() =>
        GoldenText.Check("diff", await log.RunAsync("diff", Text(log.Imported), Text(log.Vault)), exitCode: 2);

    [Fact]
    public async Task What_became_of_it_since_is_shown() =>
        GoldenText.Check("diff-three-way", await log.RunAsync("diff", Text(log.Imported), Text(log.Vault), "--three-way", "--qube", "work"), exitCode: 2);

    [Fact]
    public async Task The_store_differs_as_text() =>
        GoldenText.Check("diff-xml", await log.RunAsync("diff", Text(log.Tagged), Text(log.Disconnected), "--xml"), exitCode: 2);

    [Fact]
    public async Task The_present_is_the_other_side_unless_told_otherwise()
    {
        var changes = JsonDocument.Parse((await log.RunAsync("diff", Text(log.Started), "--json", "--three-way")).Output).RootElement;
        Assert.Equal(log.End, changes.GetProperty("to").GetInt64());
        var work = changes.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("subject").GetString() == "work");
        var memory = work.GetProperty("settings").EnumerateArray().Single(setting => setting.GetProperty("name").GetString() == "memory");
        Assert.Equal("600", memory.GetProperty("before").GetProperty("value").GetString());
        Assert.True(memory.GetProperty("after").GetProperty("default").GetBoolean());
        Assert.Equal("same", memory.GetProperty("since").GetString());
        Assert.Contains(changes.GetProperty("changes").EnumerateArray(), change =>
            change.GetProperty("subject").GetString() == "vault" && change.GetProperty("change").GetString() == "removed");
    }

    [Fact]
    public async Task Runs_count_on_request_only()
    {
        Assert.Equal(0, (await log.RunAsync("diff", Text(log.Vault), Text(log.Started))).ExitCode);
        var run = await log.RunAsync("diff", Text(log.Vault), Text(log.Started), "--runs");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("run state", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_differs_from_itself()
    {
        Assert.Equal(0, (await log.RunAsync("diff", Text(log.Vault), Text(log.Vault))).ExitCode);
        var xml = await log.RunAsync("diff", Text(log.Vault), Text(log.Vault), "--xml");
        Assert.Equal((0, ""), (xml.ExitCode, xml.Output));
    }

    [Fact]
    public async Task Each_setting_has_the_event_that_gave_it_its_value() =>
        GoldenText.Check("blame", await log.RunAsync("blame", "work", "--at", Text(log.Vault)));

    [Fact]
    public async Task One_setting_can_be_asked_about()
    {
        var run = await log.RunAsync("blame", "work", "netvm", "--json");
        var setting = JsonDocument.Parse(run.Output).RootElement.GetProperty("settings")[0];
        Assert.Equal(log.Disconnected, setting.GetProperty("position").GetInt64());
        Assert.Equal("(none)", setting.GetProperty("value").GetString());
        Assert.Equal("admin.vm.property.Set", setting.GetProperty("method").GetString());
        var tag = JsonDocument.Parse((await log.RunAsync("blame", "work", "tag", "audio", "--json")).Output).RootElement.GetProperty("settings")[0];
        Assert.Equal(log.Tagged - 1, tag.GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task A_default_has_the_event_that_brought_it_back()
    {
        var setting = JsonDocument.Parse((await log.RunAsync("blame", "work", "memory", "--json")).Output).RootElement.GetProperty("settings")[0];
        Assert.Equal("400 (default)", setting.GetProperty("value").GetString());
        Assert.Equal(log.End - 1, setting.GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task Dom0_has_the_global_properties()
    {
        var setting = JsonDocument.Parse((await log.RunAsync("blame", "dom0", "default_template", "--json")).Output).RootElement.GetProperty("settings")[0];
        Assert.True(setting.GetProperty("global").GetBoolean());
        Assert.Equal("qubesd.import", setting.GetProperty("method").GetString());
    }

    [Theory]
    [InlineData("there is no qube 'nobody' at position", "diff", "1", "--qube", "nobody")]
    [InlineData("the log goes from 0 to", "diff", "1", "100000")]
    [InlineData("--xml stands alone", "diff", "1", "--xml", "--json")]
    [InlineData("the qube 'work' has no 'colour' at position", "blame", "work", "colour")]
    [InlineData("there is no qube 'work' at position 0", "blame", "work", "--at", "0")]
    public async Task What_is_not_there_is_said(string reason, params string[] arguments)
    {
        var run = await log.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    private static string Text(long position) => position.ToString(CultureInfo.InvariantCulture);
}
