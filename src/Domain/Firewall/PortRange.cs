using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>Ports from one to another, both included.</summary>
/// <param name="First">The first, 0 to 65535.</param>
/// <param name="Last">The last, not below the first.</param>
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>The highest port.</summary>
    public const int Highest = 65535;

    /// <summary>As a range, also for one port.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    /// <summary>As a range, or as a number for one port.</summary>
    public string ToShortText() => First == Last ? First.ToString(CultureInfo.InvariantCulture) : ToString();
}
