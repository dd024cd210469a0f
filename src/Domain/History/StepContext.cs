using System.Security.Cryptography;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>What steps need that the world does not hold, so that carrying them out stays a pure function.</summary>
/// <param name="Seed">Where the identities of new qubes come from (random).</param>
public sealed record StepContext(Guid Seed)
{
    /// <summary>What came of setting up storage pools on the host, by name; null where nothing is really carried out.</summary>
    public IReadOnlyDictionary<string, PoolSetup>? Setups { get; init; }

    /// <summary>The identity of a new qube.</summary>
    public QubeId IdOf(string name)
    {
        var bytes = Hash(name).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40); // as a random one is marked
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new QubeId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Where to start looking for a free number for a disposable.</summary>
    public int FirstDispIdOf(string name) => BitConverter.ToUInt16(Hash(name), 16) % Disposables.DispIds;

    /// <summary>What came of setting a pool up.</summary>
    /// <exception cref="RefusedException">It was not tried, since nobody knew yet that it would be needed.</exception>
    public PoolSetup SetupOf(string pool) => Setups is null ? PoolSetup.Done : Setups.GetValueOrDefault(pool) ?? throw new RefusedException(Plan.Stale);

    private byte[] Hash(string name) => SHA256.HashData([.. Seed.ToByteArray(), .. Encoding.UTF8.GetBytes(name)]);
}
