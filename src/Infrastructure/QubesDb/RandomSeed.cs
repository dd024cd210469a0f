using System.Security.Cryptography;
using System.Text;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The seed that a qube gets for its random numbers: drawn when it is written, and kept nowhere.</summary>
/// <remarks>Source: spec, qubesdb.md 1, row 8.</remarks>
internal static class RandomSeed
{
    private const int Bytes = 64;

    /// <summary>The bytes of a value; fresh ones where the view says so.</summary>
    internal static byte[] ToBytes(string value) =>
        Encoding.UTF8.GetBytes(value == DatabaseKeys.RandomSeed ? Convert.ToBase64String(SHA512.HashData(RandomNumberGenerator.GetBytes(Bytes))) : value);
}
