using System.Collections.Frozen;
using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Checks a command's form before anything else looks at it.</summary>
public sealed class ValidationBehavior(IEnumerable<CommandRegistration> registrations) : IPipelineBehavior
{
    private readonly FrozenDictionary<Type, Lazy<IValidator>> validators = registrations
        .Where(registration => registration.Validator is not null)
        .ToFrozenDictionary(registration => registration.Command, registration => registration.Validator!); // filtered above

    /// <inheritdoc/>
    public ValueTask<LogPosition> HandleAsync(ICommand command, Call call, Func<ValueTask<LogPosition>> next, CancellationToken ct)
    {
        if (validators.TryGetValue(command.GetType(), out var validator))
        {
            var result = validator.Value.Validate(new ValidationContext<object>(command));
            if (!result.IsValid)
            {
                var failure = result.Errors[0];
                throw failure.CustomState as DomainException ?? new InvalidRequestException(failure.ErrorMessage);
            }
        }

        return next();
    }
}
