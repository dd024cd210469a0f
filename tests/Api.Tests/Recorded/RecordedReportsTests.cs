using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The recorded conversation with the misc socket, with qubes that run without a hypervisor.</summary>
public sealed partial class RecordedReportsTests(ITestOutputHelper output)
{
    // Starting and stopping is done by the test itself, and these replies show what only a hypervisor or volumes give.
    private static readonly string[] OfHypervisor = ["admin.vm.Start", "admin.vm.Kill", "admin.vm.Shutdown", "admin.vm.List", "admin.vm.property.GetAll", "admin.vm.volume.Info"];

    [Fact]
    public async Task Replies_and_events_are_the_recorded_ones()
    {
        await using var api = new MemoryApi(HostDescription.Parse("host.yaml", Given.Text("host.yaml")));
        var (compared, reports, different) = (0, 0, new List<string>());
        foreach (var json in File.ReadLines(Given.Path("23-misc.jsonl")))
        {
            using var document = JsonDocument.Parse(json);
            var line = document.RootElement;
            var difference = await AnswerAsync(api, line);
            if (Text(line, "unstable", "") != "" || OfHypervisor.Contains(Text(line, "method", "")))
            {
                continue;
            }

            compared++;
            reports += Text(line, "socket", "main") == "misc" ? 1 : 0;
            if (difference is not null)
            {
                different.Add($"{Text(line, "id", "")} {Text(line, "method", "")}: {difference}");
            }
        }

        output.WriteLine($"{compared} lines compared, {reports} of them on the misc socket, {different.Count} different");
        different.ForEach(output.WriteLine);
        Assert.Empty(different);
        Assert.Equal(620, compared);
    }

    private static async Task<string?> AnswerAsync(MemoryApi api, JsonElement line)
    {
        var (method, source, destination) = (Text(line, "method", ""), Text(line, "src", "dom0"), Text(line, "dest", "dom0"));
        api.Heard.Clear();
        Prepare(api, line, source);
        var socket = Text(line, "socket", "main") == "misc" ? SocketKind.Misc : SocketKind.Admin;
        var reply = await api.CallAsync(socket, method, Text(line, "arg", ""), source, destination, Encoding.Latin1.GetBytes(Text(line, "payload", "")));
        return CompareReply(line, reply) ?? CompareEvents(line, api);
    }

    private static void Prepare(MemoryApi api, JsonElement line, string source)
    {
        if (line.TryGetProperty("qdb_clear", out var prefixes))
        {
            foreach (var prefix in prefixes.EnumerateArray())
            {
                api.Database.Remove(source, prefix.GetString()!);
            }
        }

        if (line.TryGetProperty("qdb", out var keys))
        {
            foreach (var key in keys.EnumerateObject())
            {
                api.Database.Write(source, key.Name, Encoding.UTF8.GetBytes(key.Value.GetString()!));
            }
        }
    }

    private static string? CompareReply(JsonElement line, string reply)
    {
        if (Text(line, "kind", "") == "empty")
        {
            return reply.StartsWith("2\0", StringComparison.Ordinal) ? null : $"an exception was due, not {reply}";
        }

        var recorded = Normalise(Encoding.Latin1.GetString(line.GetProperty("reply_b64").GetBytesFromBase64()));
        return recorded == Normalise(reply) ? null : $"{recorded} was due, {reply} came";
    }

    private static string? CompareEvents(JsonElement line, MemoryApi api)
    {
        var recorded = line.GetProperty("events").EnumerateArray().Select(entry => Normalise(
            $"{entry[0].GetString()} {entry[1].GetString()} {string.Join(", ", entry[2].EnumerateArray().Select(pair => $"{pair[0].GetString()}={pair[1].GetString()}").Order(StringComparer.Ordinal))}"));
        var heard = api.Heard.Select(announcement => Normalise(
            $"{announcement.SubjectName} {announcement.Event} {string.Join(", ", announcement.Arguments.Select(argument => $"{argument.Key}={argument.Value}").Order(StringComparer.Ordinal))}"));
        var (due, came) = (string.Join('\n', recorded), string.Join('\n', heard));
        return due == came ? null : $"due:\n{due}\ncame:\n{came}";
    }

    private static string Normalise(string text) => Varying().Replace(text, "…");

    private static string Text(JsonElement line, string name, string otherwise) =>
        line.TryGetProperty(name, out var value) ? value.ToString() : otherwise;

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Varying();
}
