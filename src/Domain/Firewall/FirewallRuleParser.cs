using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Qubes.Cqrs.Domain;

/// <summary>Makes firewall rules of text.</summary>
/// <remarks>Source: spec, firewall.md 1. The original drops the connection of who sends a bad rule; here it is a bad value.</remarks>
public static class FirewallRuleParser
{
    private const string CommentKey = "comment=";
    private const int LongestIcmpType = 3;

    /// <summary>The most digits of a number: the original's own limit, which also keeps a hostile one cheap.</summary>
    private const int MostDigits = 4300;

    private static readonly SearchValues<char> ValueCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:;,./-_[]");

    private static readonly SearchValues<char> CommentCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:;,./-_[] ");

    /// <summary>The rules of a client's bytes, one a line (LF, CRLF or CR).</summary>
    /// <exception cref="InvalidRequestException">The bytes are no ASCII.</exception>
    /// <exception cref="InvalidValueException">A rule is not one.</exception>
    public static EquatableArray<FirewallRule> Read(ReadOnlySpan<byte> untrusted)
    {
        var text = AsciiText.Read(untrusted, "Rules").Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lines = text.Split('\n');
        return lines.Take(lines[^1].Length == 0 ? lines.Length - 1 : lines.Length).Select(Parse).ToEquatableArray();
    }

    /// <summary>A rule of its line in the API.</summary>
    /// <exception cref="InvalidValueException">It is none.</exception>
    public static FirewallRule Parse(string line)
    {
        var rest = line.Trim(' ', '\t');
        var comment = "";
        var start = rest.StartsWith(CommentKey, StringComparison.Ordinal) ? 0 : rest.IndexOf(' ' + CommentKey, StringComparison.Ordinal);
        if (start == 0)
        {
            throw new InvalidValueException("a firewall rule cannot start with its comment");
        }

        if (start > 0)
        {
            comment = rest[(start + 1 + CommentKey.Length)..];
            rest = rest[..start];
        }

        var parts = new List<KeyValuePair<string, string>>();
        foreach (var option in rest.Split(' '))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new InvalidValueException($"an option of a firewall rule without '=': {PythonText.Repr(option)}");
            }

            parts.Add(new(option[..equals], option[(equals + 1)..]));
        }

        parts.Add(new("comment", comment));
        return FromParts(parts);
    }

    /// <summary>A rule of its parts by name, in any order.</summary>
    /// <exception cref="InvalidValueException">They make no rule.</exception>
    public static FirewallRule FromParts(IEnumerable<KeyValuePair<string, string>> parts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        FirewallAction? action = null;
        var rule = new FirewallRule { Action = FirewallAction.Drop };
        foreach (var (name, value) in parts)
        {
            if (value.AsSpan().ContainsAnyExcept(name == "comment" ? CommentCharacters : ValueCharacters))
            {
                throw new InvalidValueException($"disallowed characters in {PythonText.Repr(name)} of a firewall rule");
            }

            if (!seen.Add(name is "dst4" or "dst6" or "dstname" ? "dsthost" : name))
            {
                throw new InvalidValueException($"{PythonText.Repr(name)} stands twice in a firewall rule");
            }

            if (name == "action")
            {
                action = OneOf<FirewallAction>(name, value);
            }
            else
            {
                rule = With(rule, name, value);
            }
        }

        rule = rule with { Action = action ?? throw new InvalidValueException("a firewall rule without an action") };
        return Checked(rule);
    }

    private static FirewallRule With(FirewallRule rule, string name, string value) => name switch
    {
        "dsthost" or "dst4" or "dst6" or "dstname" => rule with { Destination = FirewallDestination.Parse(value) },
        "proto" => rule with { Protocol = OneOf<FirewallProtocol>(name, value) },
        "specialtarget" => rule with { Target = OneOf<FirewallTarget>(name, value) },
        "dstports" => rule with { Ports = Range(value) },
        "icmptype" => rule with { IcmpType = value.Length <= LongestIcmpType ? Number(name, value, byte.MaxValue) : throw Refusal(name, value) },
        "expire" => rule with { Expire = Digits(name, value) },
        "comment" => rule with { Comment = value },
        _ => throw new InvalidValueException($"a firewall rule has no option {PythonText.Repr(name)}"),
    };

    private static FirewallRule Checked(FirewallRule rule) => rule switch
    {
        { Ports: not null, Protocol: not (FirewallProtocol.Tcp or FirewallProtocol.Udp) } =>
            throw new InvalidValueException("dstports of a firewall rule need proto=tcp or proto=udp"),
        { IcmpType: not null, Protocol: not FirewallProtocol.Icmp } => throw new InvalidValueException("icmptype of a firewall rule needs proto=icmp"),
        _ => rule,
    };

    private static T OneOf<T>(string name, string value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (FirewallRuleText.Word(candidate) == value)
            {
                return candidate;
            }
        }

        throw Refusal(name, value);
    }

    private static PortRange Range(string value)
    {
        var hyphen = value.IndexOf('-', StringComparison.Ordinal);
        var first = Number("dstports", hyphen < 0 ? value : value[..hyphen], PortRange.Highest);
        var last = hyphen < 0 ? first : Number("dstports", value[(hyphen + 1)..], PortRange.Highest);
        return first <= last ? new PortRange(first, last) : throw Refusal("dstports", value);
    }

    private static int Number(string name, string value, int highest) =>
        BigInteger.Parse(Digits(name, value), CultureInfo.InvariantCulture) is var number && number <= highest ? (int)number : throw Refusal(name, value);

    private static string Digits(string name, string value)
    {
        if (value.Length is 0 or > MostDigits || !value.All(char.IsAsciiDigit))
        {
            throw Refusal(name, value);
        }

        var digits = value.TrimStart('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static InvalidValueException Refusal(string name, string value) =>
        new($"invalid value for {name} of a firewall rule: {PythonText.Repr(value)}");
}
