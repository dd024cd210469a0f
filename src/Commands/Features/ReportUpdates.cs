using FluentValidation;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Takes a qube's report on available updates.</summary>
/// <param name="Qube">The qube.</param>
/// <param name="UntrustedCount">How many there are, as the qube sent it.</param>
/// <param name="Running">What runs.</param>
/// <param name="Zone">The time zone of the host.</param>
public sealed record ReportUpdates(QubeId Qube, ReadOnlyMemory<byte> UntrustedCount, RunningQubes Running, TimeZoneInfo Zone) : ICommand
{
    /// <inheritdoc/>
    public QubeId? Subject => Qube;

    /// <summary>Whether the report is of any updates; the number itself may be of any length.</summary>
    /// <exception cref="InvalidRequestException">The count is no decimal number.</exception>
    public bool AnyAvailable()
    {
        var digits = UntrustedCount.Span.Trim(" \t\n\r\v\f"u8);
        return digits.IsEmpty || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0
            ? throw new InvalidRequestException("Update count is not a digit")
            : digits.IndexOfAnyExcept((byte)'0') >= 0;
    }
}

/// <summary>Checks the count.</summary>
/// <remarks>Source: spec, admin-api.yaml, qubes.NotifyUpdates.</remarks>
public sealed class ReportUpdatesValidator : AbstractValidator<ReportUpdates>
{
    /// <summary>Creates the rules.</summary>
    public ReportUpdatesValidator() => RuleFor(command => command).Obeys(command => command.AnyAvailable());
}

/// <summary>Decides <see cref="ReportUpdates"/>.</summary>
public sealed class ReportUpdatesHandler : ICommandHandler<ReportUpdates>
{
    /// <inheritdoc/>
    public void Handle(Draft draft, ReportUpdates command) =>
        UpdateReports.Take(draft, command.Qube, command.AnyAvailable(), command.Running, command.Zone);
}
