using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A step around the handling of every command.</summary>
public interface IPipelineBehavior
{
    /// <summary>Does its part and calls <paramref name="next"/>, or refuses by throwing.</summary>
    /// <param name="command">The command.</param>
    /// <param name="call">The request.</param>
    /// <param name="next">The rest of the pipeline.</param>
    /// <param name="ct">Ends the caller's waiting.</param>
    ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct);
}
