namespace Qubes.Cqrs.Infrastructure;

/// <summary>The configuration of the daemon. Every key is documented in docs/configuration.md.</summary>
public sealed record DaemonConfiguration
{
    /// <summary>Where the configuration lies unless the command line says otherwise.</summary>
    public const string DefaultFile = "/etc/qubes/qubesd.yaml";

    /// <summary>Every key, with its section, for the test that compares it with the documentation.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. ConfigurationKeys.All.Select(key => key.Name)];

    /// <summary>The value of a key that is not set, as one would write it; empty for none.</summary>
    public static string DefaultOf(string key) => ConfigurationKeys.All.First(row => row.Name == key).Default;

    /// <summary>A server to use instead of the embedded one, or null.</summary>
    public string? LogConnection { get; init; }

    /// <summary>Where the programs of PostgreSQL lie, or null to look in the usual places.</summary>
    public string? LogBinaries { get; init; }

    /// <summary>The number of events between two snapshots.</summary>
    public int SnapshotEvery { get; init; } = 1000;

    /// <summary>The least time between two writes of <c>qubes.xml</c>.</summary>
    public TimeSpan StoreWriteInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether nothing about disposables that go when they stop reaches a persistent disk; otherwise they are kept like every qube.</summary>
    public bool ForgetsDisposables { get; init; } = true;

    /// <summary>How old events of the activity class (starts, stops, attachments) may become before they are erased; null keeps them for ever.</summary>
    public TimeSpan? ActivityRetention { get; init; }

    /// <summary>The most messages that wait for one subscriber of <c>admin.Events</c>.</summary>
    public int EventQueue { get; init; } = 4096;

    /// <summary>The most changes that wait to be saved.</summary>
    public int WriterQueue { get; init; } = 4096;

    /// <summary>How long the writer waits for more changes while others are under way.</summary>
    public TimeSpan WriterLinger { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>The file with the key that signs checkpoints of the log.</summary>
    public string CheckpointKey { get; init; } = "/etc/qubes/qubesd-log.key";

    /// <summary>The name of the log in its checkpoints, or null for one that is made from the key.</summary>
    public string? CheckpointOrigin { get; init; }

    /// <summary>The number of events between two checkpoints.</summary>
    public int CheckpointEvents { get; init; } = 1000;

    /// <summary>The most time between an event and the checkpoint that covers it.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A program that gets each checkpoint, with its arguments; empty for none.</summary>
    public IReadOnlyList<string> WitnessCommand { get; init; } = [];

    /// <summary>A UNIX socket that gets each checkpoint, or null.</summary>
    public string? WitnessSocket { get; init; }

    /// <summary>How long a witness may take.</summary>
    public TimeSpan WitnessTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the daemon answers qrexec's questions about the policy.</summary>
    public bool PolicyServe { get; init; } = true;

    /// <summary>The socket on which qrexec asks.</summary>
    public string PolicySocket { get; init; } = "/var/run/qubes/policy.sock";

    /// <summary>The socket of the service <c>policy.EvalSimple</c>.</summary>
    public string PolicyEvalSimpleSocket { get; init; } = "/etc/qubes-rpc/policy.EvalSimple";

    /// <summary>The socket of the service <c>policy.EvalGUI</c>.</summary>
    public string PolicyEvalGuiSocket { get; init; } = "/etc/qubes-rpc/policy.EvalGUI";

    /// <summary>How long a user may think about a call.</summary>
    public TimeSpan PolicyAskBound { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The hypervisor's address.</summary>
    public string LibvirtUri { get; init; } = "xen:///system";

    /// <summary>The least severe level that the daemon logs: trace, debug, info, warning or error.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary>How the daemon logs: <c>text</c> for people and the journal, <c>json</c> for machines.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>Reads the configuration; a missing file gives the defaults.</summary>
    /// <exception cref="ConfigurationException">The file is not understood.</exception>
    public static DaemonConfiguration Load(string path) => File.Exists(path) ? Parse(path, File.ReadAllText(path)) : new DaemonConfiguration();

    /// <summary>Reads the configuration from text.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="ConfigurationException">It is not understood.</exception>
    public static DaemonConfiguration Parse(string file, string text) =>
        YamlValue.Parse(file, text) is { } root ? ConfigurationKeys.Apply(root) : new DaemonConfiguration();
}
