using System.Text.RegularExpressions;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A text with what may vary taken out, and the UUIDs that were taken out, in order.</summary>
internal sealed record Normalised(string Text, IReadOnlyList<string> Uuids);

/// <summary>Takes out of replies and events what no two runs have in common, and nothing else.</summary>
/// <remarks>
/// The rules are those of Transcripts/README.md, "What is compared, and what is normalised first". Whatever the script itself
/// sends is not random and stays: <c>backup_timestamp=1700000000</c> was asked for. UUIDs are collected, so that the caller can
/// check that the same qube keeps the same one.
/// </remarks>
internal sealed partial class Normaliser
{
    private const string AdminUuid = "00000000-0000-0000-0000-000000000000";

    private readonly HashSet<string> literals = new(StringComparer.Ordinal) { AdminUuid };

    public Normaliser(IEnumerable<TranscriptLine> script)
    {
        foreach (var line in script)
        {
            foreach (var text in (string[])[line.Arg, line.Src, line.Dest, line.Payload, .. line.Qdb.Values])
                AddLiterals(text);
        }
    }

    /// <summary>Normalises the reply to a request of <paramref name="method"/>.</summary>
    public Normalised Reply(string method, string arg, string reply)
    {
        if (method.EndsWith(".CloneFrom", StringComparison.Ordinal))
            reply = CloneToken().Replace(reply, "0\0<token>");
        if (method == "admin.vm.property.Get" && arg == "dispid")
            reply = IntegerValue().Replace(reply, "type=int <dispid>");
        if (method.StartsWith("admin.vm.device.", StringComparison.Ordinal))
            reply = string.Join('\n', reply.Split('\n').Select(SortAttributes));
        if (method == "admin.pool.Remove")
            reply = PoolDisplay().Replace(reply, arg);
        reply = UsageFigure().Replace(reply, "$1=<usage>");
        reply = DispidLine().Replace(reply, "dispid default=False type=int <dispid>");
        return Text(reply);
    }

    /// <summary>Normalises an event; the order of its keywords is not compared either.</summary>
    public Normalised Event(WireEvent wire)
    {
        var values = wire.Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        return Text($"[{wire.Subject}] {wire.Name} {string.Join('\x1', values)}");
    }

    /// <summary>Normalises what is neither a reply nor an event, like a value in a store.</summary>
    public Normalised Text(string text)
    {
        text = ObjectDisplay().Replace(text, "$1");
        text = LabelDisplay().Replace(text, "$1$2");
        var uuids = new List<string>();
        text = TakeUuids(text, uuids);
        text = Replace(Disposable(), text, "<disp>");
        text = Replace(DisposableAddress(), text, "<disp-ip>");
        text = Replace(DisposableAddress6(), text, "<disp-ip6>");
        text = Replace(DateAndTime(), text, "<date>");
        text = Replace(UnixTime(), text, "<time>");
        return new Normalised(text, uuids);
    }

    // Before all other numbers: the digits of one UUID in three thousand would pass for a time.
    private string TakeUuids(string text, List<string> uuids) => Uuid().Replace(text, match =>
    {
        if (literals.Contains(match.Value))
            return match.Value;
        uuids.Add(match.Value);
        return "<uuid>";
    });

    private string Replace(Regex pattern, string text, string placeholder) =>
        pattern.Replace(text, match => literals.Contains(match.Value) ? match.Value : placeholder);

    private void AddLiterals(string text)
    {
        foreach (var pattern in (Regex[])[Uuid(), Disposable(), DisposableAddress(), DisposableAddress6(), DateAndTime(), UnixTime()])
        {
            foreach (Match match in pattern.Matches(text))
                literals.Add(match.Value);
        }
    }

    private static string SortAttributes(string line)
    {
        var attributes = DeviceAttribute().Matches(line);
        if (attributes.Count == 0)
            return line;
        var sorted = string.Concat(attributes.Select(match => match.Value).Order(StringComparer.Ordinal));
        return line[..attributes[0].Index] + sorted + line[(attributes[^1].Index + attributes[^1].Length)..];
    }

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"(?<![\w.-])disp\d{1,4}(?![\w.-])")]
    private static partial Regex Disposable();

    [GeneratedRegex(@"(?<![\d.])10\.138\.\d{1,3}\.\d{1,3}(?![\d.])")]
    private static partial Regex DisposableAddress();

    [GeneratedRegex(@"fd09:24ef:4179::a8a:[0-9a-f]{1,4}(?![0-9a-f:])")]
    private static partial Regex DisposableAddress6();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")]
    private static partial Regex DateAndTime();

    // Any second between 2025 and 2036, with its fraction: the recording's clock and that of the machine at hand.
    [GeneratedRegex(@"(?<![\d.])(1[7-9]|20)\d{8}(\.\d+)?(?!\d)")]
    private static partial Regex UnixTime();

    [GeneratedRegex(@"<\w+ at 0x[0-9a-f]+ name='([^']*)'[^>]*>")]
    private static partial Regex ObjectDisplay();

    // The display of a pool does not tell its name, but the call that it answers does.
    [GeneratedRegex(@"<qubes\.storage\.[\w.]+ object at 0x[0-9a-f]+>")]
    private static partial Regex PoolDisplay();

    [GeneratedRegex(@"(Label\(\d+, )b('0x)")]
    private static partial Regex LabelDisplay();

    [GeneratedRegex(@"(?<![\w-])((?:data_)?usage)=\d+")]
    private static partial Regex UsageFigure();

    [GeneratedRegex(@"^dispid default=False type=int \d+$|(?<=\0)dispid default=False type=int \d+$", RegexOptions.Multiline)]
    private static partial Regex DispidLine();

    [GeneratedRegex(@"type=int \d+")]
    private static partial Regex IntegerValue();

    [GeneratedRegex(@"^0\0\w{20,}$")]
    private static partial Regex CloneToken();

    [GeneratedRegex(@" ?\S+='(?:[^'\\]|\\.)*'")]
    private static partial Regex DeviceAttribute();
}
