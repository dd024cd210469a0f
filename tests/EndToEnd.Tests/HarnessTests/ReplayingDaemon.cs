using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Answers a script with what was recorded for it, so that the runner can be tested without a daemon.</summary>
internal sealed class ReplayingDaemon(TranscriptScript script)
{
    private const string Fence = "admin.vm.feature.Remove+zz-fence-";

    private readonly Dictionary<string, string> captured = script.Lines.SelectMany(line => line.Captures).ToDictionary();
    private int next;

    /// <summary>Changes an answer, to see that the runner notices.</summary>
    public Func<TranscriptLine, byte[], byte[]> ChangeReply { get; init; } = (_, reply) => reply;

    public Func<TranscriptLine, IEnumerable<WireEvent>, IEnumerable<WireEvent>> ChangeEvents { get; init; } = (_, events) => events;

    public byte[] Answer(string request, FakeDaemon daemon)
    {
        if (request.StartsWith(Fence, StringComparison.Ordinal))
        {
            var feature = request["admin.vm.feature.Remove+".Length..request.IndexOf(' ', StringComparison.Ordinal)];
            daemon.Announce(new WireEvent("dom0", $"domain-feature-pre-delete:{feature}", [KeyValuePair.Create("feature", feature)]));
            return FakeDaemon.Refusal("QubesFeatureNotFoundError", $"Feature not set for domain dom0: {feature}");
        }

        // A request whose sending side stays open is never answered, and so never asked about here.
        while (script.Lines[next].NoEof)
            next++;
        var line = script.Lines[next++];
        Assert.Equal(Encoding.Latin1.GetString(line.ToRequest(captured)), request);
        foreach (var wire in ChangeEvents(line, line.RecordedEvents))
            daemon.Announce(wire);
        return ChangeReply(line, Reply(line));
    }

    private static byte[] Reply(TranscriptLine line)
    {
        if (line.AfterRefusal && AfterRefusal.For(line.Id) is { } due && due != "as recorded")
        {
            var parts = due.Split(": ", 2);
            return FakeDaemon.Refusal(parts[0], parts[1]);
        }

        return line.OwnWords ? FakeDaemon.Ok("some words") : line.Mended ? FakeDaemon.Ok() : line.ExpectedReply;
    }
}
