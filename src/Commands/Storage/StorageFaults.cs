using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>What clients are told when storage fails.</summary>
internal static class StorageFaults
{
    /// <summary>Whether it is a fault of the outside or a refusal, not a bug.</summary>
    internal static bool IsExpected(Exception e) => e is DomainException or IOException or UnauthorizedAccessException or TimeoutException;

    /// <summary>The refusal.</summary>
    internal static DomainException Of(Exception e) => e as DomainException ?? new StorageRefusedException(e.Message);
}
