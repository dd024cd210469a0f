using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.EndToEnd.Tests;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What holds after any sequence of calls, most of which nearly make sense.</summary>
/// <remarks>QUBES_LAW_CALLS says how many calls (100,000), QUBES_LAW_SEED repeats a run.</remarks>
public sealed class RandomCallLaws
{
    private const int CallsPerSystem = 1000;
    private const int ChangesBetweenLoads = 100;

    private static readonly int Calls = Number("QUBES_LAW_CALLS") ?? 100_000;

    // The host of the recordings, as far as decisions see it.
    private static readonly HostFacts Host = new()
    {
        MemoryMiB = 16384,
        Cpus = 4,
        TimeZone = "Europe/Berlin",
        Reflink = true,
        Kernels = [new HostKernel("6.12.2-1.qubes", true), new HostKernel("6.6.1-1.qubes", true), new HostKernel("pvgrub2-pvh", true)],
    };

    private static readonly GrammarMutator Grammar = new(
        Directory.EnumerateFiles(Repository.Transcripts, "??-*.jsonl").Select(Path.GetFileNameWithoutExtension).OfType<string>()
            .Where(name => name != "18-framing").Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_refused_call_leaves_no_trace_and_what_was_accepted_can_be_loaded_again()
    {
        var seed = Number("QUBES_LAW_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue / 2);
        var tally = new Tally();
        for (var system = 0; system < Calls / CallsPerSystem; system++)
        {
            await using var daemon = new InProcessDaemon(Host);
            await RunAsync(daemon, new Random(seed + system), $"QUBES_LAW_SEED={seed + system}", tally);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{tally.Granted} granted, {tally.Refused} refused, {tally.Loads} loads; seed {seed}");
        Assert.True(tally.Refused > 0 && tally.Granted > Calls / 20 && tally.Loads > 0, "the calls made too little sense to show anything");
    }

    private static async Task RunAsync(InProcessDaemon daemon, Random random, string seed, Tally tally)
    {
        await PrepareAsync(daemon);
        var changes = 0;
        for (var call = 0; call < CallsPerSystem; call++)
        {
            var request = Grammar.Next(random);
            var before = daemon.World;
            DomainException? refusal;
            try
            {
                refusal = await daemon.SendAsync(request);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"a fault of {Show(request)} ({seed})", fault);
            }

            if (refusal is not null)
            {
                tally.Refused++;
                AssertUnchanged(daemon, before, request, seed);
            }
            else
            {
                tally.Granted++;
                if (!ReferenceEquals(before, daemon.World) && ++changes % ChangesBetweenLoads == 0)
                {
                    tally.Loads++;
                    AssertLoads(daemon, request, seed);
                }
            }
        }

        AssertLoads(daemon, [], seed);
        tally.Loads++;
    }

    // The executor works meanwhile on what was granted before: that is no trace of this call.
    private static void AssertUnchanged(InProcessDaemon daemon, World before, byte[] request, string seed)
    {
        var after = daemon.World;
        if (ReferenceEquals(before, after))
        {
            return; // the very same state, so whatever is derived from it is the same as well
        }

        before = daemon.Unasked(before, after, Method(request));
        if (Method(request) == "admin.vm.Start")
        {
            // A disposable that goes when it stops goes as well when its start fails: that is the outcome, not a trace.
            before = before.Qubes.Values.Where(qube => qube.Properties.Find("auto_cleanup") == PropertyValue.True && !after.Qubes.ContainsKey(qube.Id))
                .Aggregate(before, (world, gone) => Evolve.Apply(world, new QubeRemoved(gone.Id)));
        }

        Assert.True(
            InProcessDaemon.Describe(before) == InProcessDaemon.Describe(after) && QubesXmlWriter.Write(before).AsSpan().SequenceEqual(QubesXmlWriter.Write(after)),
            $"{Show(request)} was refused, but left a trace ({seed}): {Differing(InProcessDaemon.Describe(before), InProcessDaemon.Describe(after))}");
    }

    private static string Differing(string before, string after) => string.Join('\n',
        before.Split('\n').Except(after.Split('\n')).Select(line => "- " + line).Concat(after.Split('\n').Except(before.Split('\n')).Select(line => "+ " + line)));

    private static void AssertLoads(InProcessDaemon daemon, byte[] request, string seed)
    {
        var world = daemon.World;
        var live = InProcessDaemon.Describe(world);
        var last = $"after {Show(request)} ({seed})";
        Assert.True(live == InProcessDaemon.Describe(daemon.Replay(world.Position)), $"the log gives another state {last}");
        Assert.True(live == InProcessDaemon.Describe(InProcessDaemon.Restore(world)), $"a snapshot gives another state {last}");
        var xml = QubesXmlWriter.Write(world);
        var import = QubesXmlReader.Read(xml, () => new QubeId(Guid.NewGuid()));
        if (import.Warnings.Any(IsEmptiedByTheOriginalAsWell))
        {
            return;
        }

        var again = QubesXmlWriter.Write(import.Events.Aggregate(World.Empty, Evolve.Apply) with { Host = world.Host });
        Assert.All(world.Qubes.Values.Where(qube => qube.Firewall is not null), qube =>
            Assert.Equal(qube.Firewall, FirewallFile.Read(FirewallFile.Write(qube.Firewall!.Value)))); // filtered
        Assert.True(RebuildCheck.Compare(again, xml) is null, $"qubes.xml gives another state {last}: {RebuildCheck.Compare(again, xml)}");
    }

    // A qube may name itself and then cease to be a template of disposables, which nothing refuses; loading empties what names it.
    private static bool IsEmptiedByTheOriginalAsWell(QubesXmlWarning warning) => warning.Text.EndsWith("is no template for disposables", StringComparison.Ordinal);

    // The qubes that the recorded requests talk about.
    private static async Task PrepareAsync(InProcessDaemon daemon)
    {
        AdminRequest[] requests =
        [
            Create("TemplateVM", "", "name=tpl label=black"),
            Set("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes"),
            Set("admin.property.Set", "default_template", "dom0", "tpl"),
            Create("TemplateVM", "", "name=tpl2 label=gray"),
            Create("AppVM", "", "name=sys-net label=red"),
            Create("AppVM", "tpl", "name=work label=blue"),
            Create("AppVM", "tpl", "name=dvm label=orange"),
            Create("StandaloneVM", "", "name=solo label=green"),
            Create("RemoteVM", "", "name=rem label=yellow"),
            Set("admin.vm.property.Set", "template_for_dispvms", "dvm", "True"),
            Create("DispVM", "dvm", "name=dsp label=purple"),
        ];
        foreach (var request in requests)
        {
            Assert.Null(await daemon.SendAsync(request.ToBytes()));
        }
    }

    private static AdminRequest Create(string @class, string template, string options) =>
        new("admin.vm.Create." + @class) { Arg = template, Payload = AdminRequest.Bytes(options) };

    private static AdminRequest Set(string method, string property, string destination, string value) =>
        new(method) { Arg = property, Destination = destination, Payload = AdminRequest.Bytes(value) };

    private static string Method(byte[] request) => Encoding.Latin1.GetString(request).Split('+', '\0', ' ')[0];

    private static string Show(byte[] request) => Readable.Text(Encoding.Latin1.GetString(request), 300);

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed class Tally
    {
        public int Granted { get; set; }

        public int Refused { get; set; }

        public int Loads { get; set; }
    }
}
