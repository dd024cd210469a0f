using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>One write into the database of a qube, or one removal from it.</summary>
/// <param name="Qube">Whose database.</param>
/// <param name="Path">The key; with a slash at its end all keys below it, but not the key itself.</param>
/// <param name="Value">The value; null removes. <see cref="DatabaseKeys.RandomSeed"/> stands for fresh random bytes, which the log never holds.</param>
public readonly record struct DatabaseChange(QubeId Qube, string Path, string? Value);
