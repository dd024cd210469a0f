namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd-query</c>: sends one request to the daemon that runs and prints the raw reply; for scripts that know the original's program of that name.</summary>
/// <remarks>It is <c>qubesd</c> itself, called by that name through a link. Source: spec, wire protocol 9.</remarks>
internal static class QueryTool
{
    /// <summary>The name that it is called by.</summary>
    internal const string Name = "qubesd-query";

    private const int CannotAsk = 1;
    private const int UsedWrongly = 2;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its command line, without its name.</param>
    /// <returns>0, with <c>--fail</c> the reply's first digit, 1 when there is no reply to speak of, 2 when it was used wrongly.</returns>
    internal static int Run(string[] arguments)
    {
        try
        {
            return Ask(QueryToolArguments.Parse(arguments));
        }
        catch (ArgumentException reason)
        {
            Console.Error.WriteLine($"{Name}: {reason.Message}\nTry '{Name} --help'.");
            return UsedWrongly;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{Name}: {reason.Message}");
            return CannotAsk;
        }
    }

    /// <summary>What the program ends with.</summary>
    /// <param name="fails">Whether the reply decides that.</param>
    /// <param name="kind">The first byte of the reply; null when there is none.</param>
    internal static int ExitCode(bool fails, byte? kind) => (fails, kind) switch
    {
        (false, _) => 0,
        (_, >= (byte)'0' and <= (byte)'9' and var digit) => digit - '0',
        _ => CannotAsk, // a fault of the daemon: it hung up without a word
    };

    private static int Ask(QueryToolArguments asked)
    {
        if (asked.IsHelp)
        {
            Console.WriteLine(QueryToolArguments.Usage);
            return 0;
        }

        var header = DaemonSocket.Header(asked.Method, asked.Argument, asked.Source, asked.Destination);
        var payload = Payload(asked, header.Length);
        using var output = DaemonCall.Output();
        var kind = DaemonCall.Send(asked.SocketPath, header, payload.Span, output);
        if (asked.EndsWithNull)
        {
            output.WriteByte(0);
        }

        return ExitCode(asked.Fails, kind);
    }

    private static ReadOnlyMemory<byte> Payload(QueryToolArguments asked, int headerBytes)
    {
        if (asked.IsEmpty)
        {
            return default;
        }

        var limitBytes = Math.Clamp(DaemonCall.LongestRequest - headerBytes, 0, asked.LimitBytes);
        using var input = DaemonCall.Input();
        return asked.IsSingleLine ? QueryInput.ReadLine(input, Math.Min(limitBytes, QueryInput.LongestLine)) : QueryInput.ReadAll(input, limitBytes);
    }
}
