using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What is told of watched keys: each notice is only a reason to look, and several about one key may come as one.</summary>
/// <remarks>Source: spec, qubesdb.md 5.</remarks>
public interface IDatabaseNotices
{
    /// <summary>The notices as they come, until cancelled; there is one reader.</summary>
    IAsyncEnumerable<DatabaseNotice> ReadAllAsync(CancellationToken ct);
}

/// <summary>A key that is watched, or one below it, was written or removed, by the qube or by the daemon itself.</summary>
/// <param name="Qube">Whose database.</param>
/// <param name="UntrustedPath">The key: of the form that paths have, and chosen by the qube otherwise; a folder ends with a slash.</param>
public readonly record struct DatabaseNotice(QubeId Qube, string UntrustedPath);
