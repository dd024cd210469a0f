namespace Qubes.Cqrs.Api;

/// <summary>How long a call takes.</summary>
public enum Duration
{
    /// <summary>It answers at once.</summary>
    Short,

    /// <summary>It waits for something outside.</summary>
    Long,

    /// <summary>It waits only with the argument <c>wait</c>.</summary>
    LongWithWait,
}
