using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Lets the permission rules refuse a command.</summary>
public sealed class PermissionBehavior(Func<World> current) : IPipelineBehavior
{
    /// <inheritdoc/>
    public ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        if (current().Find(call.Source) is { } caller)
        {
            AdminRestrictions.Check(caller, call.Method, call.Argument);
        }

        return next();
    }
}
