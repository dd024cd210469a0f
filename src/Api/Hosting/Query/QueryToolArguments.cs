using System.Globalization;

namespace Qubes.Cqrs.Api;

/// <summary>What <c>qubesd-query</c> is asked for.</summary>
/// <remarks>
/// Options stand anywhere before <c>--</c>; long ones take their value as the next word or after <c>=</c>, <c>-c</c> also without a space. Source: spec, wire protocol 9.
/// </remarks>
internal sealed record QueryToolArguments
{
    /// <summary>How it is used.</summary>
    internal const string Usage = """
        usage: qubesd-query [OPTIONS] [--] SRC METHOD DEST [ARG]

        Sends one request to qubesd and prints the raw reply: its first digit, a NUL, and what follows. The payload is what stands on the input.

          SRC               the qube that asks (dom0)
          METHOD            the method, for instance admin.vm.List
          DEST              the qube that it is about
          ARG               its argument

          -c, --connect PATH  the daemon's socket; /var/run/qubesd.sock if not given
          -e, --empty         send no payload, and read no input
              --fail          exit with the first digit of the reply: 0 when the call succeeded, 2 when it was refused; 1 when there is none
              --max-bytes N   refuse a payload of more than N bytes (at most 65536, with the header)
              --single-line   the payload is one line of printable ASCII characters, at most 1024; its newline is not sent
              --null          print a NUL after the reply
          -h, --help          print this

        It exits with 1 when the daemon cannot be asked or the payload is not as it should be, with 2 when it is used wrongly.
        """;

    private const string EndOfOptions = "--";

    /// <summary>The daemon's socket.</summary>
    internal string SocketPath { get; private init; } = "/var/run/qubesd.sock";

    /// <summary>Whether no payload is sent.</summary>
    internal bool IsEmpty { get; private init; }

    /// <summary>Whether the reply decides how the program ends.</summary>
    internal bool Fails { get; private init; }

    /// <summary>The most bytes that the payload may have.</summary>
    internal int LimitBytes { get; private init; } = DaemonCall.LongestRequest;

    /// <summary>Whether the payload is one line.</summary>
    internal bool IsSingleLine { get; private init; }

    /// <summary>Whether a NUL is printed after the reply.</summary>
    internal bool EndsWithNull { get; private init; }

    /// <summary>Whether it is only asked how it is used.</summary>
    internal bool IsHelp { get; private init; }

    /// <summary>Source, method, destination and, where there is one, argument.</summary>
    internal IReadOnlyList<string> Parts { get; private init; } = [];

    /// <summary>The calling qube.</summary>
    internal string Source => Parts[0];

    /// <summary>The method.</summary>
    internal string Method => Parts[1];

    /// <summary>The qube that it is about.</summary>
    internal string Destination => Parts[2];

    /// <summary>The argument; empty for none.</summary>
    internal string Argument => Parts.Count > 3 ? Parts[3] : "";

    /// <summary>Reads them.</summary>
    /// <exception cref="ArgumentException">They are malformed.</exception>
    internal static QueryToolArguments Parse(string[] arguments)
    {
        var read = new QueryToolArguments();
        var parts = new List<string>();
        for (var at = 0; at < arguments.Length && !read.IsHelp; at++)
        {
            if (arguments[at] == EndOfOptions)
            {
                parts.AddRange(arguments[(at + 1)..]);
                break;
            }

            if (arguments[at] is not ['-', _, ..])
            {
                parts.Add(arguments[at]);
                continue;
            }

            read = read.With(Split(arguments[at]), arguments, ref at);
        }

        return read.IsHelp || parts.Count is 3 or 4
            ? read with { Parts = parts }
            : throw new ArgumentException("SRC, METHOD and DEST have to be given, and at most one ARG");
    }

    private static (string Name, string? Value) Split(string option)
    {
        if (option is ['-', not '-', _, ..])
        {
            return (option[..2], option[2..]);
        }

        var end = option.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? (option, null) : (option[..end], option[(end + 1)..]);
    }

    private QueryToolArguments With((string Name, string? Value) option, string[] arguments, ref int at)
    {
        if (option.Name is "-c" or "--connect" or "--max-bytes")
        {
            var value = option.Value ?? (at + 1 < arguments.Length ? arguments[++at] : throw new ArgumentException($"{option.Name} needs a value"));
            return option.Name == "--max-bytes" ? this with { LimitBytes = Limit(value) } : this with { SocketPath = value };
        }

        return (option.Name, option.Value) switch
        {
            ("-e" or "--empty", null) => this with { IsEmpty = true },
            ("--fail", null) => this with { Fails = true },
            ("--single-line", null) => this with { IsSingleLine = true },
            ("--null", null) => this with { EndsWithNull = true },
            ("-h" or "--help", null) => this with { IsHelp = true },
            (_, null) => throw new ArgumentException($"there is no option {option.Name}"),
            _ => throw new ArgumentException($"there is no option {option.Name} with a value"),
        };
    }

    private static int Limit(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes <= DaemonCall.LongestRequest
            ? bytes
            : throw new ArgumentException($"--max-bytes takes a number up to {DaemonCall.LongestRequest}");
}
