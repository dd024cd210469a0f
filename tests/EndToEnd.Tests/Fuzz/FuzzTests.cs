namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Made-up requests over the real socket, QUBES_FUZZ_SECONDS for the frame and for the grammar of each area.</summary>
public sealed class FuzzTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Areas of the API, their socket, and the recorded scripts whose requests are changed.</summary>
    public static TheoryData<string, string, string> Grammars => new()
    {
        { "labels", "main", "01-labels" },
        { "global properties", "main", "02-props-global" },
        { "properties of qubes", "main", "03-props-appvm 03-props-dispvm 03-props-adminvm 03-props-remotevm 04-props-inherit" },
        { "features", "main", "05-features" },
        { "tags", "main", "06-tags" },
        { "creating and removing", "main", "11-create-remove" },
        { "notes", "main", "16-notes" },
        { "firewalls", "main", "07-firewall 26-firewall-notes" },
        { "addressing", "main", "17-uuid 19-callers" },
        { "devices", "main", "08-devices" },
        { "pools and volumes", "main", "09-pools 10-volumes" },
        { "the misc socket", "misc", "23-misc" },
        { "the internal socket", "internal", "24-internal" },
        { "what is not built yet", "main", "12-lifecycle 13-disposables 14-events 15-backup" },
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

    // Two at a time, each with a daemon of its own: they take turns on the processors, and the whole takes half as long.
    [Fact]
    public Task Arguments_and_payloads() => Parallel.ForEachAsync(
        Grammars.Select(row => row.Data), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = Ct }, FuzzAsync);

    [Fact]
    public async Task The_bulk_read()
    {
        await PrepareQubesAsync(fixture.Client, Ct);
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

    private static async ValueTask FuzzAsync((string Area, string Socket, string Scripts) grammar, CancellationToken ct)
    {
        await using var root = await FreshRoot.CreateAsync(ct);
        var daemon = await root.StartAsync(ct);
        await PrepareQubesAsync(daemon.Client, ct);
        TestContext.Current.TestOutputHelper?.WriteLine(grammar.Area);
        await new FuzzRun(daemon, new GrammarMutator(grammar.Scripts.Split(' '), grammar.Socket).Next, grammar.Socket)
            .RunAsync(TestContext.Current.TestOutputHelper, ct);
    }

    // The qubes that the scripts talk about.
    private static async Task PrepareQubesAsync(AdminClient client, CancellationToken ct)
    {
        await client.MustAsync("admin.property.Set", "default_shutdown_timeout", "dom0", "2", ct); // some guests ignore it
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
            await client.CallAsync(method, arg, "dom0", payload, ct);
        await client.CallAsync("admin.vm.property.Set", "template_for_dispvms", "dvm", "True", ct);
        await client.CallAsync("admin.vm.Create.DispVM", "dvm", "dom0", "name=dsp label=purple", ct);
    }
}
