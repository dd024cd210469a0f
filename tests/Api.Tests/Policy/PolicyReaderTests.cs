using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>However a request arrives, and whatever is in it: it is understood the same, or refused the same.</summary>
public sealed class PolicyReaderTests
{
    private const int Seed = 7;
    private const int Rounds = 20_000;

    [Fact]
    public void A_request_in_pieces_is_the_same_as_in_one()
    {
        var random = new Random(Seed);
        var requests = Recorded();
        for (var round = 0; round < Rounds; round++)
        {
            var (socket, bytes) = requests[random.Next(requests.Count)];
            var changed = Change(random, bytes);
            Assert.Equal(Read(socket, changed, [changed.Length]), Read(socket, changed, [.. Cuts(random, changed.Length)]));
        }
    }

    private static List<(string Socket, byte[] Bytes)> Recorded() => [.. File.ReadLines(Given.Path("policy-daemon.jsonl")).Select(line =>
    {
        using var recorded = JsonDocument.Parse(line);
        return (recorded.RootElement.GetProperty("socket").GetString() ?? "", Encoding.Latin1.GetBytes(recorded.RootElement.GetProperty("request").GetString() ?? ""));
    }).Where(request => request.Item2.Length < 1000)];

    // Up to three bytes become others, mostly such that mean something here.
    private static byte[] Change(Random random, byte[] bytes)
    {
        var changed = bytes.ToArray();
        for (var change = random.Next(4); change > 0 && changed.Length > 0; change--)
        {
            changed[random.Next(changed.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "\n=+ \0@ye"u8[random.Next(8)];
        }

        return changed;
    }

    private static SortedSet<int> Cuts(Random random, int length) =>
        [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(length + 1)), length];

    private static string Read(string socket, byte[] bytes, int[] ends)
    {
        var reader = (socket switch
        {
            "policy" => PolicySocket.OfRequests(""),
            "eval" => PolicySocket.OfEvalSimple(""),
            _ => PolicySocket.OfEvalGui(""),
        }).MakeReader();
        try
        {
            foreach (var end in ends)
            {
                if (reader.Read(bytes.AsSpan(0, end), isEnd: false) is { } inquiry)
                {
                    return inquiry.ToString() + inquiry.RequestedSource + inquiry.AssumeYes + inquiry.JustEvaluate + inquiry.Asker;
                }
            }

            var last = reader.Read(bytes, isEnd: true);
            return last is null ? "unfinished" : last.ToString() + last.RequestedSource + last.AssumeYes + last.JustEvaluate + last.Asker;
        }
        catch (PolicyProtocolException problem)
        {
            return problem.Message;
        }
    }
}
