using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Registers a storage pool.</summary>
/// <param name="Driver">The name of its driver.</param>
/// <param name="UntrustedOptions">Lines of <c>option=value</c> as the client sent them.</param>
public sealed record AddPool(string Driver, ReadOnlyMemory<byte> UntrustedOptions) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => null;

    /// <summary>What came of setting it up on the host; null before that was tried.</summary>
    public PoolSetup? Setup { get; init; }

    /// <summary>The pool that is described.</summary>
    /// <exception cref="DomainException">The description is malformed.</exception>
    public NewPool Parse() => PoolDesign.Parse(Driver, UntrustedOptions.Span);
}

/// <summary>Checks driver and options.</summary>
public sealed class AddPoolValidator : AbstractValidator<AddPool>
{
    /// <summary>Creates the rules.</summary>
    public AddPoolValidator() => RuleFor(command => command).Obeys(command => command.Parse());
}

/// <summary>Decides <see cref="AddPool"/>.</summary>
public sealed class AddPoolHandler : ICommandHandler<AddPool>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, AddPool command) => Pools.Add(
        draft, command.Parse(), command.Setup ?? throw new InvalidOperationException("the pool was not set up before the decision"));
}
