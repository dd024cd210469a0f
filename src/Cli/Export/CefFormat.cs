using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>Events in ArcSight's Common Event Format, a line each, for what collects security events.</summary>
/// <remarks>Source: ArcSight, Common Event Format, version 25: in the header <c>|</c> and <c>\</c> are escaped, in values <c>=</c>, <c>\</c> and line ends.</remarks>
internal static class CefFormat
{
    private const int LongestValue = 1023;
    private const int Erased = 0;
    private const int Plain = 3;
    private const int Notable = 5;
    private const int Failure = 6;

    /// <summary>The line of an event.</summary>
    internal static string Line(ExportedEvent exported)
    {
        var (recorded, subject, summary) = exported;
        var line = new StringBuilder("CEF:0|Qubes.Cqrs|qubesd|1|")
            .Append(Header(recorded.Type)).Append('|').Append(Header($"{recorded.Type} {subject}")).Append('|')
            .Append(Severity(recorded).ToString(CultureInfo.InvariantCulture)).Append('|');
        Append(line, "rt", recorded.Time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Append(line, "externalId", recorded.Position.ToString());
        Append(line, "dvchost", "dom0");
        Append(line, "suser", recorded.Metadata?.Source);
        Append(line, "duser", subject);
        Append(line, "act", recorded.Metadata?.Method);
        Append(line, "dhost", recorded.Metadata?.Destination);
        Append(line, "suid", recorded.Metadata?.Peer?.UserId.ToString(CultureInfo.InvariantCulture));
        Append(line, "spid", recorded.Metadata?.Peer?.ProcessId.ToString(CultureInfo.InvariantCulture));
        Append(line, "sproc", recorded.Metadata?.Peer?.Command);
        AppendOwn(line, 1, "argument", recorded.Metadata?.Argument);
        AppendOwn(line, 2, "correlation", recorded.Metadata?.CorrelationId);
        AppendOwn(line, 3, "stream", recorded.Stream.Value);
        Append(line, "msg", summary);
        return line.Append('\n').ToString();
    }

    private static int Severity(RecordedEvent recorded) => recorded.Event switch
    {
        null => Erased,
        StartFailed or ShutdownFailed => Failure,
        QubeAdded or QubeRemoved or FirewallSet or DeviceAssigned or DeviceAttached or PoolRemoved => Notable,
        PropertySet { Property: "netvm" or "provides_network" or "guivm" or "default_netvm" or "clockvm" } => Notable,
        _ => Plain,
    };

    private static void AppendOwn(StringBuilder line, int number, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            var name = "cs" + number.ToString(CultureInfo.InvariantCulture);
            Append(line, name + "Label", label);
            Append(line, name, value);
        }
    }

    private static void Append(StringBuilder line, string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        if (line[^1] != '|')
        {
            line.Append(' ');
        }

        line.Append(key).Append('=');
        foreach (var character in value.Length > LongestValue ? value.AsSpan(0, LongestValue) : value)
        {
            _ = character switch
            {
                '\\' or '=' => line.Append('\\').Append(character),
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                _ => line.Append(char.IsControl(character) || char.IsSurrogate(character) || character is '\u2028' or '\u2029' ? ' ' : character),
            };
        }
    }

    private static string Header(string value) => new([.. value.SelectMany(character => character switch
    {
        '\\' or '|' => new[] { '\\', character },
        _ when char.IsControl(character) => [' '],
        _ => [character],
    })]);
}
