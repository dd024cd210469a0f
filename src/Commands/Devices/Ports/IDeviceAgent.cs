using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Asks the user whether, and to which qube, a device is to be attached.</summary>
/// <remarks>Source: spec, devices 6 (confirmation agent).</remarks>
public interface IDeviceAgent
{
    /// <summary>The name that the user chose; null when the user refuses, or nobody can be asked.</summary>
    /// <param name="world">Where the agent and the icons are looked up.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="ct">Ends the waiting.</param>
    ValueTask<string?> AskAsync(World world, DeviceQuestion question, CancellationToken ct);
}

/// <summary>A question about a device.</summary>
/// <param name="Backend">The name of the qube that has it.</param>
/// <param name="Description">What the qube says that it is: for display, nothing else.</param>
/// <param name="Argument">The device as an argument of calls.</param>
/// <param name="Targets">The names of the qubes among which the user chooses.</param>
public sealed record DeviceQuestion(string Backend, string Description, string Argument, EquatableArray<string> Targets);
