using System.Collections.Immutable;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Makes requests whose frame is right and whose fields are nearly so: real requests with one or more fields changed.</summary>
internal sealed class GrammarMutator
{
    // What grammars tend to stumble over: separators, numbers at the edge, other writings of numbers, other names for things.
    private static readonly string[] Pieces =
    [
        "", " ", "  ", "\n", "\r\n", "\t", "=", "+", ":", "::", "/", "..", ".", "-", "_", "@", "$", "*", "%", "%s", "{0}", "{endpoint}", "'", "\"", "\\",
        "\0", "\x7f", "\xe9", "\xff\xfe", "\xed\xa0\x80", "0", "-1", "+1", "007", "1_000", " 12 ", "1e3", "0x10", "2147483648", "9223372036854775808",
        "99999999999999999999999999", "True", "true", "on", "None", "none", "default", "dom0", "work", "tpl", "Domain-0", "x-dm", "@adminvm", "@anyvm",
        "uuid:", "uuid:00000000-0000-0000-0000-000000000000", "label-1", "red", "0xcc0000", "10.137.0.1", "1.2.3", "::1", "fe80::1%eth0",
        "00:16:3e:5e:6c:00", "name=x label=red", "pool:root=varlibqubes", "created-by-dom0", "service.x", "vm-config.", "custom-persist.a",
        "='", "' ", "\\'", "_a='b'", " mode='required'", "device_id='*'", "_______", "+_", "dom0+sda", "b******",
        "action=drop", " dsthost=", " dst4=10.0.0.0/8", " proto=tcp", " dstports=1-2", " expire=", " comment=",
    ];

    private readonly IReadOnlyList<AdminRequest> seeds;

    /// <summary>Changes the recorded requests of one socket.</summary>
    public GrammarMutator(IEnumerable<string> scripts, string socket = "main")
    {
        seeds =
        [
            .. scripts.SelectMany(script => TranscriptScript.Load(script).Lines)
                .Where(line => line is { RawB64: null, StreamMs: 0, NoEof: false } && (line.Socket ?? "main") == socket)
                .Select(ToRequest),
        ];
    }

    /// <summary>Changes these requests instead of recorded ones.</summary>
    public GrammarMutator(params IReadOnlyList<AdminRequest> requests) => seeds = requests;

    public byte[] Next(Random random)
    {
        var request = seeds[random.Next(seeds.Count)];
        for (var steps = random.Next(0, 4); steps > 0; steps--)
            request = Mutate(request, random);
        return request.ToBytes();
    }

    private static AdminRequest ToRequest(TranscriptLine line)
    {
        var frame = Encoding.Latin1.GetString(line.ToRequest(ImmutableDictionary<string, string>.Empty));
        return new AdminRequest(line.Method)
        {
            Arg = line.Arg,
            Source = line.Src,
            Destination = line.Dest,
            DestinationType = line.DestType,
            Payload = AdminRequest.Bytes(frame[(frame.IndexOf('\0', StringComparison.Ordinal) + 1)..]),
        };
    }

    private AdminRequest Mutate(AdminRequest request, Random random)
    {
        var other = seeds[random.Next(seeds.Count)];
        return random.Next(10) switch
        {
            0 => request with { Method = random.Next(3) == 0 ? Change(request.Method, random) : other.Method },
            1 => request with { Arg = other.Arg },
            2 or 3 => request with { Arg = Change(request.Arg, random) },
            4 => request with { Source = random.Next(2) == 0 ? other.Destination : Change(request.Source, random) },
            5 => request with { Destination = random.Next(2) == 0 ? other.Destination : Change(request.Destination, random) },
            6 => request with { Payload = other.Payload },
            _ => request with { Payload = AdminRequest.Bytes(Change(Encoding.Latin1.GetString(request.Payload), random)) },
        };
    }

    private static string Change(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var piece = Pieces[random.Next(Pieces.Length)];
        return random.Next(7) switch
        {
            0 => piece,
            1 => text[..at] + piece,
            2 => piece + text[at..],
            3 => text.Insert(at, text),
            4 when text.Length > 0 => text.Remove(at % text.Length, 1),
            5 when random.Next(10) == 0 => text + new string(piece.Length > 0 ? piece[0] : 'x', random.Next(60_000)),
            _ => text.Insert(at, piece),
        };
    }
}
