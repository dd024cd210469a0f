using FluentValidation;
using FluentValidation.Results;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Lets validators use rules of the domain, whose refusals are part of the wire contract.</summary>
public static class Obeying
{
    /// <summary>The value must pass a rule that refuses by throwing.</summary>
    public static IRuleBuilderOptionsConditions<T, TValue> Obeys<T, TValue>(this IRuleBuilder<T, TValue> rule, Action<TValue> check) =>
        rule.Custom((value, context) =>
        {
            try
            {
                check(value);
            }
            catch (DomainException refusal)
            {
                context.AddFailure(new ValidationFailure(context.PropertyPath, refusal.Message) { CustomState = refusal });
            }
        });
}
