namespace Qubes.Cqrs.Projections;

/// <summary>A question about the history cannot be answered as it was put; the text says why.</summary>
public sealed class QuestionException(string message) : Exception(message);
