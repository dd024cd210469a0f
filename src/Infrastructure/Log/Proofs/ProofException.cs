namespace Qubes.Cqrs.Infrastructure;

/// <summary>A checkpoint, key or proof cannot be used; the text says why.</summary>
public sealed class ProofException(string message, Exception? inner = null) : Exception(message, inner);
