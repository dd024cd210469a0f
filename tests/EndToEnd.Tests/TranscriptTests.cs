namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The recorded scripts, each on a fresh system: replies, events and the store have to be the recorded ones.</summary>
public sealed class TranscriptTests(TranscriptSummary summary) : IClassFixture<TranscriptSummary>
{
    // qubes.xml is never more than a second behind; the machine may be.
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WaitingStoreLimit = TimeSpan.FromSeconds(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The scripts that the daemon of today has to pass, and those written from the specification; what waits in them is in Transcripts/waiting.yaml.</summary>
    public static TheoryData<string> ScriptsInScope => new(Scripts.Concat(TranscriptScript.Written()).Where(Knobs.IsWanted));

    /// <summary>Every recorded script in scope, whatever is wanted in this run.</summary>
    internal static readonly string[] Scripts =
    [
        "00-emptystore", "01-labels", "02-props-global", "03-props-adminvm", "03-props-appvm", "03-props-dispvm", "03-props-remotevm",
        "03-props-standalonevm", "03-props-templatevm", "04-props-inherit", "05-features", "06-tags", "07-firewall", "08-devices", "09-pools",
        "10-volumes", "11-create-remove", "12-lifecycle", "13-disposables", "13b-preload", "14-events", "16-notes", "17-uuid", "18-framing", "19-callers", "20-qubesdb", "21-extras", "22-domxml", "23-misc", "24-internal",
        "25-events", "26-firewall-notes",
    ];

    [Theory]
    [MemberData(nameof(ScriptsInScope))]
    public async Task The_recorded_replies_events_and_store_are_given(string name)
    {
        var script = TranscriptScript.Load(name);
        await using var root = await FreshRoot.CreateAsync(Ct);
        await root.ConfigureAsync("disposables: store\n", Ct); // as the original does, which keeps them
        var daemon = await root.StartAsync(Ct);
        var waiting = WaitingList.For(script.Name);
        await using var runner = new TranscriptRunner(daemon.Sockets, root.Below, script, waiting);

        var report = await runner.RunAsync(Ct);
        if (File.Exists(script.StoreFile))
        {
            report.StoreWaits = waiting.Store is not null;
            report.StoreDifference = await CompareStoreAsync(script, runner, root, report.StoreWaits ? WaitingStoreLimit : StoreLimit);
        }

        summary.Add(report);

        TestContext.Current.TestOutputHelper?.WriteLine(ReportTable.Format([report]));
        daemon.AssertAlive();
        if (!report.Passed)
            Assert.Fail(report.Describe() + daemon.Tail);
    }

    private static async Task<IReadOnlyList<string>> CompareStoreAsync(
        TranscriptScript script, TranscriptRunner runner, RootFolder root, TimeSpan limit)
    {
        var recorded = StoreComparer.LoadRecorded(script);
        IReadOnlyList<string> difference = ["there is no qubes.xml"];
        await Eventually.IsAsync(
            () =>
            {
                if (StoreComparer.TryLoad(root.StoreFile) is { } ours)
                    difference = StoreComparer.Compare(recorded, ours, runner.Normaliser, runner.Uuids);
                return difference.Count == 0;
            },
            limit,
            Ct);
        return difference;
    }
}

/// <summary>Prints the table of all scripts at the end, and what could be taken out of waiting.yaml.</summary>
public sealed class TranscriptSummary : IDisposable
{
    private readonly List<ScriptReport> reports = [];

    /// <summary>Where the table is kept as well, so that nobody has to search the output for it.</summary>
    public static string ReportFile => Path.Combine(Repository.Root, "artifacts", "test", "transcripts.txt");

    internal void Add(ScriptReport report) => reports.Add(report);

    public void Dispose()
    {
        if (reports.Count == 0)
            return;
        var text = ReportTable.Format(reports);
        var outdated = reports.SelectMany(report => report.OutdatedEntries()).ToList();
        if (outdated.Count > 0)
            text += $"\nTranscripts/waiting.yaml may be out of date:\n  {string.Join("\n  ", outdated)}\n";
        Directory.CreateDirectory(Path.GetDirectoryName(ReportFile) ?? ".");
        File.WriteAllText(ReportFile, text);
        Console.WriteLine($"\n{text}");
    }
}
