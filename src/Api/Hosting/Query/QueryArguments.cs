namespace Qubes.Cqrs.Api;

/// <summary>What <c>qubesd query</c> is asked for.</summary>
/// <remarks>Read by hand: it is started twice for each import, and building the whole command line takes longer than all the rest.</remarks>
internal sealed record QueryArguments
{
    /// <summary>The folder below which the daemon keeps its files; null for none.</summary>
    internal string? Root { get; private init; }

    /// <summary>Which of its sockets: <c>admin</c>, <c>internal</c> or <c>misc</c>.</summary>
    internal string Socket { get; private init; } = "admin";

    /// <summary>The calling qube.</summary>
    internal string Source { get; private init; } = "dom0";

    /// <summary>Whether a reply that is an exception is a failure.</summary>
    internal bool Fails { get; private init; }

    /// <summary>Method, destination and, where there is one, argument.</summary>
    internal IReadOnlyList<string> Parts { get; private init; } = [];

    /// <summary>Reads them; options come first.</summary>
    /// <exception cref="ArgumentException">They are malformed.</exception>
    internal static QueryArguments Parse(string[] arguments)
    {
        var read = new QueryArguments();
        while (arguments is [var option, .. var rest] && option.StartsWith("--", StringComparison.Ordinal))
        {
            (read, arguments) = (option, rest) switch
            {
                ("--", _) => (read, rest),
                ("--fail", _) => (read with { Fails = true }, rest),
                ("--root", [var value, ..]) => (read with { Root = value }, rest[1..]),
                ("--source", [var value, ..]) => (read with { Source = value }, rest[1..]),
                ("--socket", ["admin" or "internal" or "misc", ..]) => (read with { Socket = rest[0] }, rest[1..]),
                _ => throw new ArgumentException($"unknown option, or no value for it: {option}"),
            };
            if (option == "--")
                break;
        }

        return arguments.Length is 2 or 3
            ? read with { Parts = arguments }
            : throw new ArgumentException("usage: query [--root DIR] [--socket admin|internal|misc] [--source QUBE] [--fail] [--] METHOD DESTINATION [ARGUMENT]");
    }
}
