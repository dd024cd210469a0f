using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Cli;

/// <summary>Draws how many events each day had, as SVG.</summary>
/// <remarks>Drawn by hand: bars on an axis need no library, and one that draws pictures brings native code for each machine.</remarks>
internal static class DayChart
{
    private const int Width = 960;
    private const int Height = 360;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 40;
    private const int Bottom = 50;
    private const int Lines = 4;
    private const int MostLabels = 8;

    /// <summary>The drawing, one bar a day, days without events included.</summary>
    internal static string Draw(IReadOnlyList<KeyValuePair<DateOnly, long>> days)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Add(svg, $"<text x=\"{Left}\" y=\"24\" font-size=\"16\">Events per day (UTC)</text>");
        if (days.Count > 0)
        {
            AddBars(svg, days);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AddBars(StringBuilder svg, IReadOnlyList<KeyValuePair<DateOnly, long>> days)
    {
        var top = Ceiling(days.Max(day => day.Value));
        for (var line = 0; line <= Lines; line++)
        {
            var (value, y) = (top * line / Lines, Y(top * line / (double)Lines, top));
            Add(svg, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"#cccccc\"/>");
            Add(svg, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{value}</text>");
        }

        var first = days[0].Key.DayNumber;
        var count = days[^1].Key.DayNumber - first + 1;
        var step = (Width - Left - Right) / (double)count;
        foreach (var (day, value) in days)
        {
            var x = Left + ((day.DayNumber - first) * step);
            Add(svg, $"<rect x=\"{x + (step * 0.1):0.##}\" y=\"{Y(value, top):0.##}\" width=\"{step * 0.8:0.##}\" height=\"{Height - Bottom - Y(value, top):0.##}\" fill=\"#3465a4\"><title>{day:yyyy-MM-dd}: {value}</title></rect>");
        }

        var every = Math.Max(1, (count + MostLabels - 1) / MostLabels);
        for (var day = 0; day < count; day += every)
        {
            Add(svg, $"<text x=\"{Left + ((day + 0.5) * step):0.#}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\">{DateOnly.FromDayNumber(first + day):yyyy-MM-dd}</text>");
        }
    }

    private static double Y(double value, long top) => Height - Bottom - (value / top * (Height - Top - Bottom));

    /// <summary>A round number that is not smaller and divides into the lines.</summary>
    private static long Ceiling(long most)
    {
        var unit = 1L;
        while (true)
        {
            foreach (var factor in (ReadOnlySpan<long>)[4, 8, 20, 40])
            {
                if (factor * unit >= most)
                {
                    return factor * unit;
                }
            }

            unit *= 10;
        }
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
