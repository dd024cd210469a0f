namespace Qubes.Cqrs.Projections;

/// <summary>Something in a store that was left out or changed while reading it.</summary>
/// <param name="Line">The line it stands in, from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Text">What was done and why.</param>
public sealed record QubesXmlWarning(int Line, string Text);
