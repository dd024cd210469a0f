using System.Runtime.Versioning;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The services through which qubes report about themselves. Source: spec, wire protocol 9.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReportServicesTests : IDisposable
{
    private readonly ServiceBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("qubes.FeaturesRequest", "")]
    [InlineData("qubes.NotifyTools", "")]
    [InlineData("qubes.NotifyUpdates", "12\n")]
    public async Task The_daemon_is_asked_about_the_caller(string service, string passedOn)
    {
        await using var daemon = bench.Answer(".misc", "0\0");
        var ran = await bench.CallAsync(service, "work", "dom0", input: "12\n");

        Assert.Equal((0, "", ""), (ran.Code, ran.Output, ran.Error));
        Assert.Equal([$"{service} work name dom0\0{passedOn}"], daemon.Requests);
    }

    [Theory]
    [InlineData("2\0ProtocolError\0\0no\0")]
    [InlineData("")]
    public async Task A_refusal_is_a_failure_without_a_word_to_the_caller(string reply)
    {
        await using var daemon = bench.Answer(".misc", reply);
        var ran = await bench.CallAsync("qubes.NotifyTools", "work", "dom0");
        Assert.NotEqual(0, ran.Code);
        Assert.Equal("", ran.Output);
    }

    [Fact]
    public async Task Without_a_daemon_it_fails() => Assert.NotEqual(0, (await bench.CallAsync("qubes.FeaturesRequest", "work", "dom0")).Code);
}
