namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Made-up requests over the real socket, QUBES_FUZZ_SECONDS for the frame and for the grammar of each area.</summary>
public sealed class FuzzTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Areas of the API, and the recorded scripts whose requests are changed.</summary>
    public static TheoryData<string, string> Grammars => new()
    {
        { "labels", "01-labels" },
        { "global properties", "02-props-global" },
        { "properties of qubes", "03-props-appvm 03-props-dispvm 03-props-adminvm 03-props-remotevm 04-props-inherit" },
        { "features", "05-features" },
        { "tags", "06-tags" },
        { "creating and removing", "11-create-remove" },
        { "notes", "16-notes" },
        { "firewalls", "07-firewall 26-firewall-notes" },
        { "addressing", "17-uuid 19-callers" },
        { "devices", "08-devices" },
        { "pools and volumes", "09-pools 10-volumes" },
        { "what is not built yet", "12-lifecycle 13-disposables 14-events 15-backup" },
    };

    [Fact]
    public async Task Frames()
    {
        var script = TranscriptScript.Load("18-framing");
        var seeds = script.Lines
            .Select(line => line.ToRequest(new Dictionary<string, string>()))
            .Where(bytes => bytes.Length < 1000)
            .ToList();
        await new FuzzRun(fixture.Daemon, new FrameMutator(seeds).Next).RunAsync(TestContext.Current.TestOutputHelper, Ct);
    }

    [Theory]
    [MemberData(nameof(Grammars))]
    public async Task Arguments_and_payloads(string area, string scripts)
    {
        var mutator = new GrammarMutator(scripts.Split(' '));
        TestContext.Current.TestOutputHelper?.WriteLine(area);
        await PrepareQubesAsync();
        await new FuzzRun(fixture.Daemon, mutator.Next).RunAsync(TestContext.Current.TestOutputHelper, Ct);
    }

    [Theory]
    [InlineData("misc", "23-misc")]
    [InlineData("internal", "24-internal")]
    public async Task The_other_sockets(string socket, string script)
    {
        await PrepareQubesAsync();
        await new FuzzRun(fixture.Daemon, new GrammarMutator([script], socket).Next, socket).RunAsync(TestContext.Current.TestOutputHelper, Ct);
    }

    [Fact]
    public async Task The_bulk_read()
    {
        await PrepareQubesAsync();
        var mutator = new GrammarMutator(
            new AdminRequest("qubes.cqrs.State"), new AdminRequest("qubes.cqrs.State") { Source = "work" },
            new AdminRequest("qubes.cqrs.Changes") { Arg = "1" }, new AdminRequest("qubes.cqrs.Changes") { Arg = "40" },
            new AdminRequest("qubes.cqrs.Changes") { Arg = "9223372036854775807" },
            new AdminRequest("admin.vm.tag.Set") { Arg = "x", Destination = "work" }, new AdminRequest("admin.vm.tag.Remove") { Arg = "x", Destination = "work" });
        // Libraries that are loaded at a first call count as descriptors: they must not be taken for a leak.
        var random = new Random(1);
        for (var number = 0; number < 300; number++)
            await fixture.Client.SendAsync(mutator.Next(random), Ct, new SendOptions { HangUpOnEvent = true });
        await new FuzzRun(fixture.Daemon, mutator.Next).RunAsync(TestContext.Current.TestOutputHelper, Ct);
    }

    // The qubes that the scripts talk about; a former area may have removed them, or made something else of them.
    private async Task PrepareQubesAsync()
    {
        (string Method, string Arg, string Payload)[] calls =
        [
            ("admin.property.Set", "default_kernel", "6.6.1-1.qubes"),
            ("admin.vm.Create.TemplateVM", "", "name=tpl label=black"),
            ("admin.property.Set", "default_template", "tpl"),
            ("admin.vm.Create.TemplateVM", "", "name=tpl2 label=gray"),
            ("admin.vm.Create.AppVM", "", "name=sys-net label=red"),
            ("admin.vm.Create.AppVM", "tpl", "name=work label=blue"),
            ("admin.vm.Create.AppVM", "tpl", "name=dvm label=orange"),
            ("admin.vm.Create.StandaloneVM", "", "name=solo label=green"),
            ("admin.vm.Create.RemoteVM", "", "name=rem label=yellow"),
        ];
        foreach (var (method, arg, payload) in calls)
            await fixture.Client.CallAsync(method, arg, "dom0", payload, Ct);
        await fixture.Client.CallAsync("admin.vm.property.Set", "template_for_dispvms", "dvm", "True", Ct);
        await fixture.Client.CallAsync("admin.vm.Create.DispVM", "dvm", "dom0", "name=dsp label=purple", Ct);
    }
}
