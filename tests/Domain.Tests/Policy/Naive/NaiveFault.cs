namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The naive interpreter cannot read a policy.</summary>
/// <param name="place">Where; empty when it is no line's fault.</param>
internal sealed class NaiveFault(string place) : Exception(place);
