using System.Globalization;
using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary><c>log</c> says the same whether the daemon finds the events or the log is read.</summary>
public sealed class AskedLogTests(AskedLog log) : IClassFixture<AskedLog>
{
    [Theory]
    [InlineData]
    [InlineData("--json")]
    [InlineData("--limit", "0")]
    [InlineData("--json", "--limit", "3")]
    [InlineData("--qube", "work", "--limit", "5")]
    [InlineData("--area", "Features", "--json")]
    [InlineData("--feature", "vm-config.color")]
    [InlineData("--property", "memory", "--caller", "dom0")]
    [InlineData("--method", "admin.vm.f*", "--json")]
    [InlineData("--text", "BLUE")]
    [InlineData("--text", "100%_'\\\"\n\u00fc")]
    [InlineData("--type", "domain-s*", "--type", "domain-pre-spawn")]
    [InlineData("--since", "2026-01-02 04:00", "--until", "2026-01-02 04:30")]
    [InlineData("--from", "2", "--to", "4", "--json")]
    public async Task What_the_daemon_finds_is_what_the_log_holds(params string[] arguments)
    {
        var before = log.Asked;
        var asked = await log.RunAskingAsync(0, ["log", .. arguments]);
        Assert.True(log.Asked > before);
        Assert.Equal(await log.RunAsync(["log", .. arguments]), asked);
        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
    }

    [Fact]
    public async Task More_than_a_page_is_asked_for_again()
    {
        for (var count = 0; count < 1100; count += 100)
        {
            await log.AppendTagsAsync("t" + count.ToString(CultureInfo.InvariantCulture), 100);
        }

        var before = log.Asked;
        var asked = await log.RunAskingAsync(0, "log", "--json", "--since", "2026-01-02 03:00");
        Assert.Equal(2, log.Asked - before);
        Assert.Equal(await log.RunAsync("log", "--json", "--since", "2026-01-02 03:00"), asked);
        Assert.Equal(await log.RunAsync("log", "--limit", "1050"), await log.RunAskingAsync(0, "log", "--limit", "1050"));
    }

    [Theory]
    [InlineData("--qube", "nobody")]
    [InlineData("--area", "x\u001b[31m")]
    [InlineData("--type", "nonsense")]
    [InlineData("--from", "1000000")]
    [InlineData("--since", "soon")]
    [InlineData("--since", "9999999999 years ago")]
    [InlineData("--until", "0001-01-01")]
    [InlineData("--until", "2026-01-01 00:00 /etc/passwd")]
    public async Task What_there_is_not_is_said_alike(params string[] arguments)
    {
        var asked = await log.RunAskingAsync(0, ["log", .. arguments]);
        Assert.Equal((1, ""), (asked.ExitCode, asked.Output));
        Assert.Equal(await log.RunAsync(["log", .. arguments]), asked);
    }

    [Fact]
    public async Task The_beginning_of_time_is_no_obstacle() =>
        Assert.Equal(0, (await log.RunAsync("log", "--since", "0001-01-01")).ExitCode);

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Half_an_answer_is_none(int lost)
    {
        var asked = await log.RunAskingAsync(lost, "log");
        Assert.Equal((1, ""), (asked.ExitCode, asked.Output));
        Assert.Contains("the page is not complete", asked.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"limit\":0}")]
    [InlineData("{\"limit\":1001}")]
    [InlineData("{\"limit\":\"5\"}")]
    [InlineData("{\"limit\":1e99}")]
    [InlineData("{\"qube\":5}")]
    [InlineData("{\"qube\":null}")]
    [InlineData("{\"qube\":\"a\",\"qube\":\"b\"}")]
    [InlineData("{\"nonsense\":1}")]
    [InlineData("{\"type\":\"tag-add\"}")]
    [InlineData("{\"type\":[[\"tag-add\"]]}")]
    [InlineData("{\"events\":1}")]
    [InlineData("{\"before\":-1}")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public void What_is_no_question_is_refused(string untrusted) => Assert.Throws<JsonException>(() => LogRequest.Read(Encoding.UTF8.GetBytes(untrusted)));

    [Fact]
    public void Long_texts_and_many_types_are_refused()
    {
        Assert.Throws<JsonException>(() => LogRequest.Read(Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', 1025)}\"}}")));
        Assert.Throws<JsonException>(() => LogRequest.Read(Encoding.UTF8.GetBytes($"{{\"type\":[{string.Join(',', Enumerable.Repeat("\"a\"", 101))}]}}")));
    }
}
