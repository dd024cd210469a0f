namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd query</c>: sends one request to the daemon that runs, and prints its reply as it is; for the scripts of this product.</summary>
/// <remarks>The payload comes from the input. <c>qubesd-query</c> is the same for scripts of others. Source: spec, wire protocol 1 to 3.</remarks>
internal static class QueryCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows <c>query</c> on the command line.</param>
    /// <returns>0; 1 when the daemon refused and that was to be a failure; 2 when it could not be asked.</returns>
    internal static int Run(string[] arguments)
    {
        try
        {
            var asked = QueryArguments.Parse(arguments);
            var header = DaemonSocket.Header(asked.Parts[0], asked.Parts.Count > 2 ? asked.Parts[2] : "", asked.Source, asked.Parts[1]);
            return Query(DaemonSocket.PathOf(asked.Root, asked.Socket), header) || !asked.Fails ? 0 : 1;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"qubesd: {reason.Message}");
            return 2;
        }
    }

    private static bool Query(string path, byte[] header)
    {
        using var input = DaemonCall.Input();
        var payload = QueryInput.ReadAll(input, Math.Max(0, DaemonCall.LongestRequest - header.Length));
        using var output = DaemonCall.Output();
        return DaemonCall.Send(path, header, payload.Span, output) == DaemonCall.Succeeded;
    }
}
