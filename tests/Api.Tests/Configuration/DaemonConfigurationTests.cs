using System.Text.RegularExpressions;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

public partial class DaemonConfigurationTests
{
    [Fact]
    public void Every_key_can_be_set() => Assert.Equal(
        new DaemonConfiguration
        {
            LogConnection = "Host=db;Username=qubes",
            LogBinaries = "/opt/pg/bin",
            SnapshotEvery = 5,
            StoreWriteInterval = TimeSpan.FromMilliseconds(250),
            EventQueue = 17,
            WriterQueue = 18,
            WriterLinger = TimeSpan.FromMicroseconds(19),
            LibvirtUri = "test:///default",
            ForgetsDisposables = false,
            LogLevel = "debug",
            LogFormat = "json",
        },
        Parse("""
            log: {connection: "Host=db;Username=qubes", binaries: /opt/pg/bin, snapshot_every: 5}
            store: {write_interval_ms: 250}
            disposables: store
            events: {queue: 17}
            writer:
              queue: 18
              linger_us: 19   # a comment
            libvirt: {uri: "test:///default"}
            logging: {level: debug, format: json}
            """));

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("log:\n")]
    [InlineData("log: {connection: , binaries: ~}\nstore: {}\n")]
    [InlineData("events: {queue: 4096}\n")]
    public void What_is_not_set_has_its_default(string text) => Assert.Equal(new DaemonConfiguration(), Parse(text));

    [Fact]
    public void Without_a_file_everything_has_its_default() =>
        Assert.Equal(new DaemonConfiguration(), DaemonConfiguration.Load("/no/such/folder/qubesd.yaml"));

    [Fact]
    public void A_file_is_read()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("q.yaml"), "events: {queue: 99}\nevents2: 1\n");
        var failure = Assert.Throws<ConfigurationException>(() => DaemonConfiguration.Load(folder.File("q.yaml")));
        Assert.StartsWith($"{folder.File("q.yaml")}:2:1: unknown key 'events2', expected log, store, ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log: {conection: x}", 1, 7, "log: unknown key 'conection', expected connection, binaries, snapshot_every")]
    [InlineData("nope: 1", 1, 1, "unknown key 'nope', expected log, store, disposables, retention, events, writer, checkpoints, policy, libvirt, logging")]
    [InlineData("log.connection: x", 1, 1, "unknown key 'log.connection', expected log, store, disposables, retention, events, writer, checkpoints, policy, libvirt, logging")]
    [InlineData("\nlog:\n  snapshot_every: many", 3, 19, "log.snapshot_every: expected a whole number from 1 to 100000000, found 'many'")]
    [InlineData("log: {snapshot_every: \"5\"}", 1, 23, "log.snapshot_every: expected a whole number from 1 to 100000000, found '5'")]
    [InlineData("log: {snapshot_every: 0}", 1, 23, "log.snapshot_every: expected a whole number from 1 to 100000000, found '0'")]
    [InlineData("log: {snapshot_every: 1.5}", 1, 23, "log.snapshot_every: expected a whole number from 1 to 100000000, found '1.5'")]
    [InlineData("log: {snapshot_every: 99999999999999999999}", 1, 23, "log.snapshot_every: expected a whole number from 1 to 100000000, found '99999999999999999999'")]
    [InlineData("log: {snapshot_every: }", 1, 23, "log.snapshot_every: expected a whole number from 1 to 100000000, found nothing")]
    [InlineData("log: {binaries: bin}", 1, 17, "log.binaries: expected an absolute path, found 'bin'")]
    [InlineData("log: {connection: 5}", 1, 19, "log.connection: expected a text, found '5'")]
    [InlineData("log: {connection: true}", 1, 19, "log.connection: expected a text, found 'true'")]
    [InlineData("log: {connection: [a]}", 1, 19, "log.connection: expected a text, found a list")]
    [InlineData("log: {connection: {a: b}}", 1, 19, "log.connection: expected a text, found keys with values")]
    [InlineData("log: {connection: \"\"}", 1, 19, "log.connection: expected a text, found ''")]
    [InlineData("log: here", 1, 6, "log: expected keys with values, found 'here'")]
    [InlineData("- log", 1, 1, "expected keys with values, found a list")]
    [InlineData("disposables: 1", 1, 14, "disposables: expected forget or store, found '1'")]
    [InlineData("disposables: {store: 1}", 1, 14, "disposables: expected forget or store, found keys with values")]
    [InlineData("libvirt: {uri: }", 1, 16, "libvirt.uri: expected a text, found nothing")]
    [InlineData("logging: {level: loud}", 1, 18, "logging.level: expected trace or debug or info or warning or error, found 'loud'")]
    [InlineData("store: {write_interval_ms: 901}", 1, 28, "store.write_interval_ms: expected a whole number from 0 to 900, found '901'")]
    [InlineData("a: 1\n---\nb: 1", 3, 1, "expected one document")]
    public void What_is_not_understood_is_refused_at_its_place(string text, int line, int column, string problem)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Parse(text));
        Assert.Equal($"q.yaml:{line}:{column}: {problem}", failure.Message);
        Assert.Equal((line, column), (failure.Line, failure.Column));
    }

    [Theory]
    [InlineData("events: {queue: 17}\nevents: {queue: 18}", 2)]
    [InlineData("events: {queue: 17, queue: 18}", 1)]
    [InlineData("a: &a [*b]", 1)]
    [InlineData("events: {queue: 17\n", 2)]
    public void What_is_no_proper_yaml_is_refused_at_its_line(string text, int line) =>
        Assert.Equal(line, Assert.Throws<ConfigurationException>(() => Parse(text)).Line);

    [Fact]
    public void Every_key_is_documented_with_its_default_and_every_documented_key_exists()
    {
        var documented = Row().Matches(Given.Text("configuration.md").Split("## A simulated host")[0])
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value == "none" ? "" : row.Groups[2].Value.Trim('`')));
        Assert.Equal(DaemonConfiguration.Keys.Select(key => (key, DaemonConfiguration.DefaultOf(key))), documented);
    }

    [Fact]
    public void The_documented_example_is_the_default()
    {
        var example = Given.Text("configuration.md").Split("```yaml\n")[1].Split("```")[0];
        Assert.Equal(new DaemonConfiguration(), Parse(example));
        Assert.All(DaemonConfiguration.Keys, key => Assert.Contains(key.Split('.')[^1] + ":", example, StringComparison.Ordinal));
    }

    [Fact]
    public void Stated_defaults_are_the_defaults()
    {
        foreach (var key in DaemonConfiguration.Keys)
        {
            var names = key.Split('.');
            var value = DaemonConfiguration.DefaultOf(key);
            Assert.Equal(new DaemonConfiguration(), Parse(names.Length == 1 ? $"{key}: {value}" : $"{names[0]}: {{{names[1]}: {value} }}"));
        }
    }

    private static DaemonConfiguration Parse(string text) => DaemonConfiguration.Parse("q.yaml", text);

    [GeneratedRegex(@"^\| `([a-z_.]+)` \| (\S+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
