using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>An event with the names that were right when it happened.</summary>
/// <param name="Recorded">The event.</param>
/// <param name="Subject">What it is about: the name of a qube, or a stream.</param>
/// <param name="Summary">What it says, in a few words.</param>
internal sealed record ExportedEvent(RecordedEvent Recorded, string Subject, string Summary);
