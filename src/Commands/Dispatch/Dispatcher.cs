using System.Collections.Frozen;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Sends a command through the pipeline to its handler on the writer loop.</summary>
/// <remarks>In the shape of MediatR (request, handler, behaviours); docs/dependencies.md says how to swap it.</remarks>
public sealed class Dispatcher(
    Writer writer, IEnumerable<CommandRegistration> registrations, IReadOnlyList<IPipelineBehavior> behaviors, params IEnumerable<ICommandPreparation> preparations)
{
    private readonly FrozenDictionary<Type, CommandRegistration> byCommand =
        registrations.ToFrozenDictionary(registration => registration.Command);

    private readonly FrozenDictionary<Type, ICommandPreparation> preparations = preparations.ToFrozenDictionary(preparation => preparation.Command);

    /// <summary>The newest durable state.</summary>
    public World Current => writer.Current;

    /// <summary>Handles the command; returns when its decision is durable, with the position of its last event.</summary>
    /// <exception cref="DomainException">The command is refused; everything that the refusal was based on is durable.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting; the command may still be carried out.</exception>
    public ValueTask<LogPosition> SendAsync(ICommand command, Call call, CancellationToken ct) => Step(0, command, call, ct);

    private ValueTask<LogPosition> Step(int index, ICommand command, Call call, CancellationToken ct) => index < behaviors.Count
        ? behaviors[index].HandleAsync(command, call, () => Step(index + 1, command, call, ct), ct)
        : preparations.TryGetValue(command.GetType(), out var preparation)
            ? PrepareAsync(preparation, command, call, ct)
            : writer.WriteAsync(draft => Decide(draft, command, call), call, ct);

    private async ValueTask<LogPosition> PrepareAsync(ICommandPreparation preparation, ICommand command, Call call, CancellationToken ct)
    {
        var prepared = await preparation.PrepareAsync(command, ct).ConfigureAwait(false);
        return await writer.WriteAsync(draft => Decide(draft, prepared, call), call, ct).ConfigureAwait(false);
    }

    private void Decide(Draft draft, ICommand command, Call call)
    {
        if (draft.World.Find(draft.Caller.Source) is null)
        {
            throw new QubeNotFoundException(call.SourceName);
        }

        if (command.Subject is { } subject && draft.World.Find(subject) is null)
        {
            throw new QubeNotFoundException(call.Destination);
        }

        byCommand[command.GetType()].Handle(draft, command);
    }
}
