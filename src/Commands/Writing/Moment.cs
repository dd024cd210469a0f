using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>When something was announced: by these states is judged who may hear of it.</summary>
/// <param name="Before">The state that the decision was made on.</param>
/// <param name="After">The state that followed; the same when it was refused.</param>
public sealed record Moment(World Before, World After)
{
    /// <summary>Before there is anything.</summary>
    public static readonly Moment None = new(World.Empty, World.Empty);
}
