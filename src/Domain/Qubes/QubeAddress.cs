namespace Qubes.Cqrs.Domain;

/// <summary>Finds the qube that a request names: by name, or as <c>uuid:</c> and a UUID.</summary>
/// <remarks>Source: spec, wire protocol 2.1.</remarks>
public static class QubeAddress
{
    private const string UuidPrefix = "uuid:";

    /// <summary>The qube.</summary>
    /// <exception cref="InvalidQubeUuidException">A malformed UUID.</exception>
    /// <exception cref="InvalidValueException">A text that cannot be a name.</exception>
    /// <exception cref="QubeNotFoundException">There is none.</exception>
    public static Qube Resolve(World world, string address)
    {
        if (!address.StartsWith(UuidPrefix, StringComparison.Ordinal))
        {
            if (world.Find(address) is { } named)
            {
                return named;
            }

            QubeNames.Check(address);
            throw new QubeNotFoundException(address);
        }

        // Upper case is a UUID, but never a qube's: identities are known by their lower-case text.
        var uuid = address[UuidPrefix.Length..];
        return (Guid.TryParseExact(uuid, "D", out _), QubeId.TryParse(uuid, out var id)) switch
        {
            (false, _) => throw new InvalidQubeUuidException(uuid),
            (_, true) when world.Find(id) is { } qube => qube,
            _ => throw new QubeNotFoundException(address),
        };
    }
}
