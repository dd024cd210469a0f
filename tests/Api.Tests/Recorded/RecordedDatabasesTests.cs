using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The databases of running qubes after the recorded scripts.</summary>
public sealed partial class RecordedDatabasesTests
{
    [Fact]
    public async Task The_databases_at_the_end_of_the_script_are_the_recorded_ones()
    {
        await using var api = NewApi();
        foreach (var json in File.ReadLines(Given.Path("20-qubesdb.jsonl")))
        {
            using var document = JsonDocument.Parse(json);
            await PlayAsync(api, document.RootElement);
        }

        var files = Directory.GetFiles(Given.Path("20-qubesdb.qdb"));
        Assert.Equal(15, files.Length);
        foreach (var file in files)
        {
            using var recorded = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
            var due = Lines(recorded.RootElement.EnumerateObject().Select(key => (key.Name, key.Value.GetString()!)));
            Assert.Equal(due, await KeysAsync(api, Path.GetFileNameWithoutExtension(file), "/"));
        }
    }

    [Fact]
    public async Task The_rules_of_clients_stand_in_their_networks_database_after_every_request()
    {
        await using var api = NewApi();
        var compared = 0;
        foreach (var json in File.ReadLines(Given.Path("26-firewall-notes.jsonl")))
        {
            using var document = JsonDocument.Parse(json);
            var line = document.RootElement;
            await PlayAsync(api, line);
            if (line.TryGetProperty("qdbkeys_values", out var values))
            {
                var due = Lines(values.EnumerateObject().Select(key => (key.Name, key.Value.GetString()!)));
                var came = await KeysAsync(api, line.GetProperty("qdbkeys")[0].GetString()!, line.GetProperty("qdbkeys")[1].GetString()!);
                Assert.True(due == came, $"{line.GetProperty("id")}\ndue:\n{due}\ncame:\n{came}");
                compared++;
            }
        }

        Assert.Equal(29, compared);
    }

    [Fact]
    public async Task A_changed_network_tells_who_watches_the_devices()
    {
        await using var api = NewApi();
        foreach (var json in File.ReadLines(Given.Path("20-qubesdb.jsonl")))
        {
            using var document = JsonDocument.Parse(json);
            await PlayAsync(api, document.RootElement);
        }

        // The last requests of the script took a running qube's network and gave it back.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var notice = await api.Notices.Heard.ReadAsync(patience.Token);
        Assert.Equal("v6 /qubes-block-devices", $"{api.Writer.Current.Qube(notice.Qube).Name} {notice.UntrustedPath}");
    }

    private static MemoryApi NewApi() => new(HostDescription.Parse("host.yaml", Given.Text("host.yaml")));

    private static async Task PlayAsync(MemoryApi api, JsonElement line)
    {
        if (!line.TryGetProperty("method", out var method))
        {
            return;
        }

        await api.CallAsync(
            SocketKind.Admin, method.GetString()!, Text(line, "arg", ""), Text(line, "src", "dom0"), Text(line, "dest", "dom0"), Encoding.Latin1.GetBytes(Text(line, "payload", "")));
    }

    private static async Task<string> KeysAsync(MemoryApi api, string qube, string prefix)
    {
        var entries = await api.Database.ReadAsync(qube, prefix, CancellationToken.None);
        return Lines((entries ?? []).Select(entry => (entry.UntrustedPath, Encoding.UTF8.GetString(entry.UntrustedValue.Span))));
    }

    private static string Lines(IEnumerable<(string Path, string Value)> keys) => string.Join(
        '\n', keys.Select(key => Normalise(key.Path == "/qubes-random-seed" ? $"{key.Path} {key.Value.Length}" : $"{key.Path} {key.Value}")).Order(StringComparer.Ordinal));

    private static string Normalise(string text) => Varying().Replace(text, "…");

    private static string Text(JsonElement line, string name, string otherwise) => line.TryGetProperty(name, out var value) ? value.ToString() : otherwise;

    // The address of a disposable, and the date in the older firewall's header.
    [GeneratedRegex(@"10\.138\.\d+\.\d+|::a8a:[0-9a-f]+|(?<=Qubes Core on )[^\n]{24}")]
    private static partial Regex Varying();
}
