using YamlDotNet.Serialization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The subscribers that a script opens beside the usual one, and what each of them hears.</summary>
internal sealed class Subscribers(AdminClient client, string script) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    private const int PatientShortfalls = 3;

    private readonly Dictionary<string, EventStream?> open = [];
    private readonly Dictionary<string, string> onlyAbout = ReadRestrictions().GetValueOrDefault(script) ?? [];
    private int shortfalls;

    /// <summary>Closes and opens what a line wants closed and opened.</summary>
    public async Task PrepareAsync(TranscriptLine line, CancellationToken ct)
    {
        foreach (var name in line.TapClose)
        {
            if (open.Remove(name, out var stream) && stream is not null)
                await stream.DisposeAsync();
        }

        foreach (var (name, ends) in line.TapOpen)
            open[name] = await EventStream.TryOpenAsync(client, ct, ends[0], ends[1]);
    }

    /// <returns>Null when every subscriber heard what was recorded, else in a few words what differs.</returns>
    public async Task<string?> CompareAsync(TranscriptLine line, ReplyComparer comparer, CancellationToken ct)
    {
        foreach (var name in line.Subscribers.Keys)
        {
            var stream = open.GetValueOrDefault(name);
            if (line.SubscribersClosed.Contains(name) != stream is null)
                return $"subscriber {name} got {(stream is null ? "no" : "a")} stream";
            var due = line.RecordedEventsOf(name).Where(one => !onlyAbout.TryGetValue(name, out var qube) || IsAbout(one, qube)).ToList();
            if (await HearAsync(stream, due.Count, ct) is var heard && comparer.CompareEvents(due, heard) is { } difference)
                return $"subscriber {name}: {difference}";
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in open.Values.OfType<EventStream>())
            await stream.DisposeAsync();
    }

    // A qube that is about to come is not known yet, so no rule can name it.
    private static bool IsAbout(WireEvent heard, string qube) =>
        heard.Subject == qube || (heard.Name != "domain-add" && heard.Value("vm") == qube);

    // What comes too much and too late for this request counts for the next one, where it is too much as well.
    private async Task<List<WireEvent>> HearAsync(EventStream? stream, int due, CancellationToken ct)
    {
        var heard = new List<WireEvent>();
        while (stream is not null && await stream.NextAsync(heard.Count < due && shortfalls < PatientShortfalls ? Patience : Quiet, ct) is { } next)
        {
            if (!EventCollector.IsFence(next))
                heard.Add(next);
        }

        shortfalls += heard.Count < due ? 1 : 0;
        return heard;
    }

    // Which subscribers of ours hear less than was recorded, and of which qube they hear; the file has the reasons.
    private static Dictionary<string, Dictionary<string, string>> ReadRestrictions() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, Dictionary<string, string>>>(
            File.ReadAllText(Path.Combine(Repository.Transcripts, "subscribers.yaml")));
}
