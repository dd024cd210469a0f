namespace Qubes.Cqrs.Domain;

/// <summary>An expected refusal: the caller is told, nothing was changed.</summary>
/// <remarks>One subclass per exception of the Admin API, carrying data; <c>Api/Wire/ErrorTable</c> gives it its wire name and text.</remarks>
public abstract class DomainException : Exception
{
    /// <summary>Creates the refusal.</summary>
    protected DomainException()
    {
    }

    /// <summary>Creates the refusal with its text.</summary>
    protected DomainException(string message) : base(message)
    {
    }

    /// <summary>What was announced before the refusal: the <c>-pre-</c> events that clients hear all the same.</summary>
    public EquatableArray<Announcement> Announced { get; set; } = [];
}
