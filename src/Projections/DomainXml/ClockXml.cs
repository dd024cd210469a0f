using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The clock that a qube finds when it starts.</summary>
/// <remarks>Source: spec, lifecycle.md 9 (clock); a number with several signs is passed on as it is (recorded, <c>h-tz4</c>).</remarks>
internal static class ClockXml
{
    internal static XElement Of(World world, Qube qube, string mode)
    {
        if (mode != "hvm")
        {
            return new XElement(
                "clock",
                new XAttribute("offset", "utc"),
                new XAttribute("adjustment", "reset"),
                new XElement("timer", new XAttribute("name", "tsc"), new XAttribute("mode", "native")));
        }

        var zone = FeatureLookup.WithTemplate(world, qube, "timezone") ?? "";
        if (zone.Equals("localtime", StringComparison.OrdinalIgnoreCase))
        {
            return Variable("0", "localtime");
        }

        return Variable(IsNumber(zone) ? zone : "0", "utc");
    }

    private static bool IsNumber(string zone) => zone.TrimStart('+', '-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    private static XElement Variable(string adjustment, string basis) => new(
        "clock", new XAttribute("offset", "variable"), new XAttribute("adjustment", adjustment), new XAttribute("basis", basis));
}
