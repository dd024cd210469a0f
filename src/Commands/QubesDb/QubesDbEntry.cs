namespace Qubes.Cqrs.Commands;

/// <summary>A key of a qube's database.</summary>
/// <param name="UntrustedPath">The whole path: ASCII, at most <see cref="IQubesDb.MaxPathBytes"/>.</param>
/// <param name="UntrustedValue">The value: any bytes but NUL, at most <see cref="IQubesDb.MaxValueBytes"/>.</param>
public sealed record QubesDbEntry(string UntrustedPath, ReadOnlyMemory<byte> UntrustedValue);
