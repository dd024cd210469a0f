using System.Globalization;
using System.Numerics;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Numbers of a qube as its hypervisor takes them.</summary>
/// <remarks>The API takes integers of any size; what no machine has is refused where it is used (spec, decisions 9).</remarks>
internal static class Amount
{
    // In MiB: the bytes still fit into 64 bits.
    private const long Most = long.MaxValue >> 20;

    /// <summary>A property's value.</summary>
    /// <exception cref="InvalidValueException">It is out of range.</exception>
    internal static long Of(World world, Qube qube, string property) =>
        Find(world, qube, property) ?? throw new InvalidValueException($"{property} of {qube.Name} has no value");

    /// <summary>A property's value, or null when it has none.</summary>
    /// <exception cref="InvalidValueException">It is out of range.</exception>
    internal static long? Find(World world, Qube qube, string property)
    {
        if (PropertyValues.Get(world, qube, property)?.AsInteger() is not { } value)
        {
            return null;
        }

        return value >= BigInteger.Zero && value <= Most
            ? (long)value
            : throw new InvalidValueException($"{property} of {qube.Name} is out of range");
    }

    /// <summary>The number in decimal.</summary>
    internal static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
