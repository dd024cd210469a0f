using System.Text.Json;
using System.Text.RegularExpressions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Sends a recorded script to a daemon on a fresh system and compares all that comes back.</summary>
internal sealed class TranscriptRunner(DaemonSockets sockets, Func<string, string> fileBelowRoot, TranscriptScript script, WaitingList waiting) : IAsyncDisposable
{
    private readonly Dictionary<string, string> captured = [];
    private readonly Dictionary<string, SortedDictionary<string, string>> written = [];
    private const string NoDatabase = "the QubesDB of the recorded qube is not compared";

    private readonly Normaliser normaliser = new(script.Lines);
    private readonly FileComparer files = new(fileBelowRoot);
    private readonly Subscribers subscribers = new(sockets.Client(), script.Name);
    private readonly HeldRequests held = new(sockets);

    /// <summary>Which UUIDs of ours stand for the recorded ones, as seen while the script ran.</summary>
    public UuidPairs Uuids { get; } = new();

    public Normaliser Normaliser => normaliser;

    public async Task<ScriptReport> RunAsync(CancellationToken ct)
    {
        var report = new ScriptReport(script.Name);
        var comparer = new ReplyComparer(normaliser, Uuids);
        await using var stream = await EventStream.OpenAsync(sockets.Client(), ct);
        var collector = new EventCollector(stream, sockets.Client());
        await collector.PrepareAsync(ct);
        report.Fenced = collector.IsFenced;
        foreach (var line in script.Lines)
            report.Add(await RunLineAsync(line, collector, comparer, ct));
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await subscribers.DisposeAsync();
        held.Dispose();
    }

    private async Task<LineResult> RunLineAsync(
        TranscriptLine line, EventCollector collector, ReplyComparer comparer, CancellationToken ct)
    {
        await PauseAsync(line.SleepMs, ct);
        foreach (var (path, content) in line.Fs)
            PrepareFile(fileBelowRoot(path), content);
        PrepareDatabase(line);
        await subscribers.PrepareAsync(line, ct);

        var reply = await SendAsync(line, ct);
        foreach (var (name, pattern) in line.Capture)
        {
            // What is not there to capture stays written as it is in later requests, as it did when they were recorded.
            if (Regex.Match(reply.Text, pattern) is { Success: true } match)
                captured[name] = match.Groups[1].Value;
        }

        await PauseAsync(line.SettleMs, ct);

        var answered = line.Mended ? reply.IsOk : reply.Kind.ToString().Equals(Kind(line), StringComparison.OrdinalIgnoreCase);
        var events = await collector.CollectAsync(line.RecordedEvents.Count, answered, ct);
        var difference = comparer.Compare(line, reply, events) ?? await subscribers.CompareAsync(line, comparer, ct) ?? await files.CompareAsync(line, ct) ?? (line.Qdbkeys.Count > 0 ? NoDatabase : null);
        return Judge(line, difference) with { Reply = reply, Events = events };
    }

    private async Task<AdminReply> SendAsync(TranscriptLine line, CancellationToken ct)
    {
        if (line.Finish is { } name)
            return await held.FinishAsync(name, ct);
        if (line.Partial is not { } begun)
            return await sockets.Client(line.Socket).SendAsync(line.ToRequest(captured), ct, Options(line));
        await held.BeginAsync(line, begun, line.ToRequest(captured), ct);
        return new AdminReply([]);
    }

    private LineResult Judge(TranscriptLine line, string? difference)
    {
        var entry = waiting.Find(line);
        var outcome = line.Unstable ? Outcome.Skipped
            : difference is null ? Outcome.Identical
            : ListedDifferences.Ids.Contains(line.Id) ? Outcome.Listed
            : entry is not null && (!entry.Database || difference == NoDatabase) ? Outcome.Waiting
            : Outcome.Different;
        return new LineResult(line, outcome, difference) { WaitingEntry = entry };
    }

    // An exception is recorded as "exc"; the other kinds carry our names.
    private static string Kind(TranscriptLine line) => line.Kind == "exc" ? nameof(ReplyKind.Exception) : line.Kind;

    private static SendOptions Options(TranscriptLine line) => SendOptions.Default with
    {
        HalfClose = !line.NoEof,
        Timeout = line.StreamMs > 0 ? TimeSpan.FromMilliseconds(line.StreamMs)
            : line.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds)
            : SendOptions.Default.Timeout,
    };

    private static Task PauseAsync(int milliseconds, CancellationToken ct) =>
        milliseconds > 0 ? Task.Delay(milliseconds, ct) : Task.CompletedTask;

    // What the qube writes into its own database: the simulated host reads it from a file.
    private void PrepareDatabase(TranscriptLine line)
    {
        if (line.Qdb.Count == 0 && line.QdbClear.Count == 0)
            return;
        var qube = line.QdbVm ?? line.Src;
        if (!written.TryGetValue(qube, out var keys))
            written[qube] = keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var gone in keys.Keys.Where(key => line.QdbClear.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))).ToList())
            keys.Remove(gone);
        foreach (var (path, value) in line.Qdb)
            keys[path] = value;
        var file = fileBelowRoot("/run/qubesd.guests.json");
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(written));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static void PrepareFile(string path, JsonElement content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        switch (content.ValueKind)
        {
            case JsonValueKind.Null:
                File.Delete(path);
                break;
            case JsonValueKind.String:
                File.WriteAllText(path, content.GetString());
                break;
            default:
                File.WriteAllBytes(path, new byte[content.GetProperty("size").GetInt32()]);
                break;
        }
    }
}
