using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.Api;

/// <summary>What <c>qubes.cqrs.StorageCheck</c> answered, for people: at most 80 columns.</summary>
/// <param name="report">The answer.</param>
/// <param name="wasToMend">Whether it was asked to mend.</param>
internal sealed class StorageReportText(JsonElement report, bool wasToMend)
{
    private const int Columns = 80;
    private const string Inner = "    ";
    private const string Innermost = "      ";

    private readonly StringBuilder text = new();
    private int found;
    private int mended;

    /// <summary>The whole text.</summary>
    internal string Write()
    {
        var pools = report.GetProperty("pools");
        foreach (var pool in pools.EnumerateArray())
        {
            Write(pool);
        }

        text.Append('\n');
        var looked = string.Create(
            CultureInfo.InvariantCulture, $"{Count(pools.GetArrayLength(), "pool")} and {Count(report.GetProperty("qubes").GetInt32(), "qube")} with volumes: ");
        Line("", looked + Outcome());
        return text.ToString();
    }

    private string Outcome() =>
        found == 0 && report.GetProperty("sound").GetBoolean() ? "all is well."
        : wasToMend ? string.Create(CultureInfo.InvariantCulture, $"{found} found, {mended} mended, {found - mended} left.")
        : string.Create(CultureInfo.InvariantCulture, $"{found} found; --fix mends what can be mended without a loss.");

    private void Write(JsonElement pool)
    {
        var driver = Text(pool, "driver");
        Line("", driver.Length > 0 ? $"Pool {Text(pool, "name")} ({driver})" : $"Pool {Text(pool, "name")}, which is not registered");
        var before = text.Length;
        if (pool.GetProperty("fault").ValueKind == JsonValueKind.String)
        {
            Found(false, $"cannot be looked at: {Text(pool, "fault")}");
        }

        if (pool.GetProperty("busy").GetBoolean())
        {
            Found(false, "work on volumes is under way: what interrupted work left cannot be told from it yet, try again later");
        }

        foreach (var volume in pool.GetProperty("volumes").EnumerateArray())
        {
            WriteVolume(volume);
        }

        foreach (var stray in pool.GetProperty("strays").EnumerateArray())
        {
            WriteStray(stray);
        }

        if (text.Length == before)
        {
            Line("  ", "nothing found");
        }
    }

    private void WriteVolume(JsonElement volume)
    {
        var (qube, name, isMended) = (Text(volume, "qube"), Text(volume, "volume"), volume.GetProperty("mended").GetBoolean());
        var (what, done, advice) = Text(volume, "fault") switch
        {
            "never-made" => ($"the volumes of {qube} were never made", "made", wasToMend ? "" : "--fix makes them"),
            "dirty" => ($"{name} of {qube} was not stopped cleanly", "committed or dropped, as at its stop", wasToMend ? "" : "--fix does what the stop of the qube would have done"),
            "missing" => ($"{name} of {qube} has no data", "", "restore it from a backup, or clear the volume to begin anew"),
            "no-pool" => ($"{name} of {qube} lies in this pool", "", "add the pool again, or remove the qube"),
            _ => ($"{name} of {qube} cannot be looked at", "", ""),
        };
        Found(isMended, isMended ? $"{what}: {done}" : what);
        Detail(Text(volume, "vid"));
        Detail(Text(volume, "reason"));
        Detail(isMended ? "" : advice);
    }

    private void WriteStray(JsonElement stray)
    {
        var (isLeftOver, isMended) = (stray.GetProperty("leftOver").GetBoolean(), stray.GetProperty("mended").GetBoolean());
        var size = Size(stray.GetProperty("bytes").GetInt64());
        Found(isMended, (isLeftOver ? $"left by interrupted work, {size}" : $"belongs to no qube, {size}") + (isMended ? ": removed" : ""));
        Detail(Text(stray, "place"));
        Detail(Text(stray, "reason"));
        Detail(isLeftOver ? isMended || wasToMend ? "" : "--fix removes it" : "it may be somebody's: move it away, or remove it by hand");
    }

    private void Found(bool isMended, string what)
    {
        found++;
        mended += isMended ? 1 : 0;
        Line("  ", what);
    }

    private void Detail(string detail)
    {
        if (detail.Length > 0)
        {
            Line(Inner, detail);
        }
    }

    // Broken between words where that is possible; what is longer than a line, such as a path, wherever the line ends.
    private void Line(string indent, string line)
    {
        var rest = TerminalText.Printable(line).Replace('\n', ' ');
        while (rest.Length > Columns - indent.Length)
        {
            var room = Columns - indent.Length;
            var end = rest.LastIndexOf(' ', room, room) is > 0 and var space ? space : room;
            text.Append(indent).Append(rest.AsSpan(0, end)).Append('\n');
            rest = rest[end..].TrimStart(' ');
            indent = indent.Length < Inner.Length ? Inner : Innermost;
        }

        text.Append(indent).Append(rest).Append('\n');
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Size(long bytes)
    {
        string[] units = ["KiB", "MiB", "GiB", "TiB"];
        var (value, unit) = (bytes / 1024.0, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return bytes < 1024 ? Count((int)bytes, "byte") : string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }
}
