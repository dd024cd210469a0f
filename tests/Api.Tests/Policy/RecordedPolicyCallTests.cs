using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Every recorded call of the original's policy script gives the same here, on the disk as well.</summary>
public sealed class RecordedPolicyCallTests(ITestOutputHelper output)
{
    // docs/differences.md: a change that fails leaves nothing behind.
    private static readonly HashSet<string> LeavesNothing = ["policy-api-0155"];

    [Fact]
    public async Task The_original_is_matched()
    {
        await using var host = await PolicyCallHost.StartAsync();
        var lines = File.ReadLines(Given.Path("policy-api.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(242, lines.Count);
        var differences = lines.Select(line => Difference(host, line)).OfType<string>().ToList();
        output.WriteLine($"{lines.Count - differences.Count} of {lines.Count} calls are as recorded");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string? Difference(PolicyCallHost host, JsonElement line)
    {
        if (line.TryGetProperty("files_before", out var files))
        {
            SetUp(host, files, line);
        }

        var before = host.Files();
        var (exit, said, error) = host.Call(Text(line, "service_full_name"), line.TryGetProperty("payload_b64", out var bytes) ? bytes.GetBytesFromBase64() : Encoding.UTF8.GetBytes(Text(line, "payload")));
        var ours = Show(exit, said, error, Changed(before, host.Files()), path => Stat(host.Paths.OnDisk(path)));
        var theirs = Show(line.GetProperty("exit").GetInt32(), Text(line, "stdout"), Text(line, "stderr"), Changed(line), path => Text(line.GetProperty("stat"), path));
        return ours == theirs ? null : $"{Text(line, "id")} {Text(line, "service_full_name")}\n  theirs: {theirs}\n  ours:   {ours}";
    }

    private static void SetUp(PolicyCallHost host, JsonElement files, JsonElement line)
    {
        host.Clear();
        foreach (var file in files.EnumerateObject())
        {
            var path = host.Paths.OnDisk(file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // absolute
            if (file.Value.ValueKind == JsonValueKind.String)
            {
                File.WriteAllText(path, file.Value.GetString());
            }
            else if (file.Value.TryGetProperty("symlink", out var target))
            {
                File.CreateSymbolicLink(path, target.GetString()!); // recorded
            }
            else
            {
                Assert.True(file.Value.GetProperty("dir").GetBoolean());
                Directory.CreateDirectory(path);
            }
        }

        if (line.TryGetProperty("absent", out var absent))
        {
            foreach (var folder in absent.EnumerateArray())
            {
                Directory.Delete(host.Paths.OnDisk(folder.GetString()!), recursive: true); // recorded
            }
        }
    }

    private static SortedDictionary<string, string?> Changed(Dictionary<string, string> before, Dictionary<string, string> after) => new(
        before.Keys.Union(after.Keys).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path)).ToDictionary(path => path, path => after.GetValueOrDefault(path)),
        StringComparer.Ordinal);

    private static SortedDictionary<string, string?> Changed(JsonElement line) => new(
        line.TryGetProperty("files_changed", out var files) && !LeavesNothing.Contains(Text(line, "id"))
            ? files.EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString())
            : [],
        StringComparer.Ordinal);

    private static string Show(int exit, string said, string error, SortedDictionary<string, string?> files, Func<string, string> stat) => JsonSerializer.Serialize(new
    {
        exit,
        said,
        error,
        files,
        stat = files.Where(file => file.Value is not null).Select(file => stat(file.Key)),
    });

    // The recording machine's group `qubes` has the number 98; here it has another one, or there is none.
    private static string Stat(string path)
    {
        using var asked = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-L", "-c", "%a %U:%G", path]) { RedirectStandardOutput = true })!;
        return asked.StandardOutput.ReadToEnd().Trim().Replace(Owner, "0:98", StringComparison.Ordinal);
    }

    private static string Owner { get; } = File.ReadLines("/etc/group").Any(line => line.StartsWith("qubes:", StringComparison.Ordinal)) ? $"{Environment.UserName}:qubes" : $"{Environment.UserName}:{Environment.UserName}";

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString() ?? "";
}
