namespace Qubes.Cqrs.Infrastructure;

/// <summary>The keys of the configuration file, as data.</summary>
internal static class ConfigurationKeys
{
    private const int MostQueued = 1_000_000;

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        new("log.connection", "", (to, value) => to with { LogConnection = value.TextOrNull() }),
        new("log.binaries", "", (to, value) => to with { LogBinaries = value.AbsolutePathOrNull() }),
        new("log.snapshot_every", "1000", (to, value) => to with { SnapshotEvery = value.Number(1, 100_000_000) }),
        new("store.write_interval_ms", "100", (to, value) => to with { StoreWriteInterval = TimeSpan.FromMilliseconds(value.Number(0, 900)) }),
        new("disposables", "forget", (to, value) => to with { ForgetsDisposables = value.OneOf("forget", "store") == "forget" }),
        new("retention.activity", "forever", (to, value) => to with { ActivityRetention = value.AgeOrForever() }),
        new("events.queue", "4096", (to, value) => to with { EventQueue = value.Number(16, MostQueued) }),
        new("writer.queue", "4096", (to, value) => to with { WriterQueue = value.Number(16, MostQueued) }),
        new("writer.linger_us", "200", (to, value) => to with { WriterLinger = TimeSpan.FromMicroseconds(value.Number(0, 100_000)) }),
        new("checkpoints.key", "/etc/qubes/qubesd-log.key", (to, value) => to with { CheckpointKey = value.AbsolutePath() }),
        new("checkpoints.origin", "", (to, value) => to with { CheckpointOrigin = value.IsNull ? null : OriginOf(value) }),
        new("checkpoints.every_events", "1000", (to, value) => to with { CheckpointEvents = value.Number(1, MostQueued) }),
        new("checkpoints.every_seconds", "60", (to, value) => to with { CheckpointInterval = TimeSpan.FromSeconds(value.Number(1, 86_400)) }),
        new("checkpoints.witness_command", "", (to, value) => to with { WitnessCommand = value.IsNull ? [] : CommandOf(value) }),
        new("checkpoints.witness_socket", "", (to, value) => to with { WitnessSocket = value.AbsolutePathOrNull() }),
        new("checkpoints.witness_seconds", "10", (to, value) => to with { WitnessTimeout = TimeSpan.FromSeconds(value.Number(1, 3600)) }),
        new("policy.serve", "true", (to, value) => to with { PolicyServe = value.Truth() }),
        new("policy.socket", "/var/run/qubes/policy.sock", (to, value) => to with { PolicySocket = value.AbsolutePath() }),
        new("policy.eval_simple_socket", "/etc/qubes-rpc/policy.EvalSimple", (to, value) => to with { PolicyEvalSimpleSocket = value.AbsolutePath() }),
        new("policy.eval_gui_socket", "/etc/qubes-rpc/policy.EvalGUI", (to, value) => to with { PolicyEvalGuiSocket = value.AbsolutePath() }),
        new("policy.ask_seconds", "300", (to, value) => to with { PolicyAskBound = TimeSpan.FromSeconds(value.Number(1, 86_400)) }),
        new("libvirt.uri", "xen:///system", (to, value) => to with { LibvirtUri = value.Text() }),
        new("logging.level", "info", (to, value) => to with { LogLevel = value.OneOf("trace", "debug", "info", "warning", "error") }),
        new("logging.format", "text", (to, value) => to with { LogFormat = value.OneOf("text", "json") }),
    ];

    internal static DaemonConfiguration Apply(YamlValue root)
    {
        var configuration = new DaemonConfiguration();
        foreach (var (name, value) in root.Entries([.. All.Select(key => SectionOf(key.Name)).Distinct()]))
        {
            configuration = All.FirstOrDefault(key => key.Name == name) is { } key
                ? key.Set(configuration, value)
                : value.Entries(KeysOf(name)).Aggregate(configuration, (to, entry) => Find(name, entry.Key).Set(to, entry.Value));
        }

        return configuration;
    }

    private static ConfigurationKey Find(string section, string key) => All.First(row => row.Name == $"{section}.{key}");

    private static string[] KeysOf(string section) =>
        [.. All.Where(key => SectionOf(key.Name) == section).Select(key => key.Name[(section.Length + 1)..])];

    private static string OriginOf(YamlValue value) =>
        Checkpoint.IsName(value.Text()) ? value.Text() : throw value.Error("expected a name without spaces and plus signs, of 1 to 128 characters");

    private static IReadOnlyList<string> CommandOf(YamlValue value) => value.Items() is { Count: > 0 } items
        ? [items[0].AbsolutePath(), .. items.Skip(1).Select(argument => argument.AnyScalar())]
        : throw value.Error("expected a list: the absolute path of a program, then its arguments");

    // A key outside of a section is its own section.
    private static string SectionOf(string name) => name.Split('.')[0];
}
